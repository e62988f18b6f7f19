// HTML in Markdown becomes the text that it was written as: nothing of it is executed, and nothing of it is lost.

interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

export function rawAsText(): (tree: Node) => void {
  return function visit(node) {
    if (node.type === 'raw') node.type = 'text';
    for (const child of node.children ?? []) visit(child);
  };
}
