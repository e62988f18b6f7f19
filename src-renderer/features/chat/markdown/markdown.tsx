// Text of a model as Markdown. It is not trusted: no HTML of its own, no images from elsewhere, and links say where they
// lead before they are opened.

import { memo } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeSanitize, { defaultSchema } from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from './code-block.tsx';
import { ExternalLink } from './external-link.tsx';
import { ImageNote } from './image-note.tsx';
import { rawAsText } from './raw-as-text.ts';
import styles from './markdown.module.css';

const components: Components = {
  p: ({ children }) => <p dir="auto">{children}</p>,
  // A list runs one way as a whole, or its marks would stand on the other side of its words.
  ul: ({ children, className }) => (
    <ul dir="auto" className={className}>
      {children}
    </ul>
  ),
  ol: ({ children, start }) => (
    <ol dir="auto" start={start}>
      {children}
    </ol>
  ),
  // The view has its own headings; those of an answer are below them.
  h1: ({ children }) => <h3 dir="auto">{children}</h3>,
  h2: ({ children }) => <h4 dir="auto">{children}</h4>,
  h3: ({ children }) => <h5 dir="auto">{children}</h5>,
  h4: ({ children }) => <h6 dir="auto">{children}</h6>,
  blockquote: ({ children }) => <blockquote dir="auto">{children}</blockquote>,
  table: ({ children }) => (
    <div className={styles['wide']} tabIndex={0} role="group">
      <table dir="auto">{children}</table>
    </div>
  ),
  a: ({ href, children }) =>
    href === undefined ? <>{children}</> : <ExternalLink address={href}>{children}</ExternalLink>,
  img: ({ src, alt }) => <ImageNote address={typeof src === 'string' ? src : undefined} alt={alt} />,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
};

const schema: typeof defaultSchema = {
  ...defaultSchema,
  protocols: { ...defaultSchema.protocols, href: ['http', 'https', 'mailto'] },
};

export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  return (
    <div className={styles['markdown']}>
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rawAsText, [rehypeSanitize, schema]]}
        components={components}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
});
