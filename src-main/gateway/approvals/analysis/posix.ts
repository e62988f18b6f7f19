// Reads a command line of a POSIX shell with a parser of bash's grammar. Only a list of simple commands with literal words is
// understood to the end; everything else becomes a risk.

import type { Command, PipelineNode, ParsedScript, Statement, SyntaxNode, Word } from 'unbash';
import { suspectSpans } from '../suspect-characters.ts';
import {
  MAX_ANALYSED,
  unreadable,
  type CommandAnalysis,
  type CommandSegment,
  type RiskKind,
} from './analysis.ts';
import { programRisks } from './programs.ts';

type Operator = CommandSegment['operator'];

/** Never fails: what cannot be read is a risk. */
export async function analysePosix(command: string): Promise<CommandAnalysis> {
  if (command.length > MAX_ANALYSED) return unreadable('syntax');
  const { parse, forEachChild } = await import('unbash');
  try {
    return describe(parse(command), command, forEachChild);
  } catch {
    // Nested deeper than anybody writes it.
    return unreadable('syntax');
  }
}

function describe(
  script: ParsedScript,
  command: string,
  forEachChild: (node: SyntaxNode, callback: (child: SyntaxNode) => void) => void,
): CommandAnalysis {
  const risks = new Set<RiskKind>();
  const spans: { startIndex: number; endIndex: number }[] = [];
  let commandCount = 0;
  let nestedCommandCount = 0;

  function visit(node: SyntaxNode, nested: boolean): void {
    const risk = riskOf(node);
    if (risk !== undefined) risks.add(risk);
    if (node.type === 'Command') {
      commandCount += 1;
      if (nested) nestedCommandCount += 1;
      // Positions inside of backticks may count in a text of their own.
      else if (node.name !== undefined) spans.push({ startIndex: node.name.pos, endIndex: node.name.end });
    }
    if ('errors' in node && node.errors !== undefined) risks.add('syntax');
    const inside = nested || NESTING.has(node.type);
    forEachChild(node, (child) => {
      visit(child, inside);
    });
  }

  visit(script, false);
  if (suspectSpans(command).length > 0 || /[^\n -\u{10ffff}]/u.test(command)) risks.add('characters');
  const segments = risks.size === 0 ? script.commands.flatMap(segmentsOf) : [];
  for (const { argv } of segments) for (const risk of programRisks(argv)) risks.add(risk);
  if (commandCount === 0) risks.add('syntax');
  return { segments, risks, commandCount, nestedCommandCount, spans };
}

/** Commands inside of these are not the ones that a person sees at first. */
const NESTING: ReadonlySet<SyntaxNode['type']> = new Set([
  'CommandExpansion',
  'ProcessSubstitution',
  'Subshell',
  'BraceGroup',
  'Function',
  'If',
  'For',
  'ArithmeticFor',
  'Select',
  'While',
  'Case',
  'Coproc',
]);

/** Only what is listed here as harmless is; whatever else the parser may know is not. */
function riskOf(node: SyntaxNode): RiskKind | undefined {
  switch (node.type) {
    case 'Script':
      return node.shebang === undefined ? undefined : 'syntax';
    case 'AndOr':
    case 'Literal':
    case 'SingleQuoted':
    case 'DoubleQuoted':
      return undefined;
    case 'Statement':
      return node.background === true ? 'background' : undefined;
    case 'Pipeline':
      if (node.prefixes.length > 0) return 'compound';
      return node.operators.includes('|&') ? 'redirection' : undefined;
    case 'Command':
      return node.name === undefined ? 'syntax' : undefined;
    case 'Word':
      return wordRisk(node);
    case 'Assignment':
    case 'ArrayValue':
      return 'assignment';
    case 'Redirect':
    case 'HereString':
    case 'HereDoc':
    case 'HereDocDelimiter':
    case 'HereDocBody':
    case 'FileDescriptor':
    case 'FileDescriptorVariable':
    case 'Redirected':
      return 'redirection';
    case 'CommandExpansion':
    case 'ProcessSubstitution':
    case 'ArithmeticCommandExpansion':
      return 'substitution';
    case 'Glob':
    case 'ExtendedGlob':
    case 'BraceExpansion':
    case 'SimpleExpansion':
    case 'ParameterExpansion':
    case 'ArithmeticExpansion':
    case 'AnsiCQuoted':
    case 'LocaleString':
      return 'expansion';
    default:
      return 'compound';
  }
}

/** `~` and a leading `=` mean something to shells where they stand without quotes. */
function wordRisk({ text, value }: Word): RiskKind | undefined {
  if (/^[~=]|[=:]~/.test(text)) return 'expansion';
  // A backslash with nothing behind it.
  if (/(?<!\\)(?:\\\\)*\\$/.test(text)) return 'syntax';
  // A quote over several lines; a person reads over where it ends.
  return /[\n\r]/.test(value) ? 'syntax' : undefined;
}

function segmentsOf(statement: Statement, index: number): readonly CommandSegment[] {
  const { command } = statement;
  const before: Operator = index === 0 ? '' : ';';
  if (command.type !== 'AndOr') return pipeline(command, before);
  return command.commands.flatMap((part, position) =>
    pipeline(part, position === 0 ? before : (command.operators[position - 1] ?? ';')),
  );
}

function pipeline(node: PipelineNode, before: Operator): readonly CommandSegment[] {
  if (node.type === 'Command') return [segment(node, before)];
  if (node.type !== 'Pipeline') return [];
  return node.commands.flatMap((command, position) =>
    command.type === 'Command' ? [segment(command, position === 0 ? before : '|')] : [],
  );
}

function segment({ name, suffix }: Command, operator: Operator): CommandSegment {
  const words = suffix.flatMap((part) => (part.type === 'Word' ? [part.value] : []));
  return { argv: [name?.value ?? '', ...words], operator };
}
