import { describe, expect, it } from 'vitest';
import { ATTACHMENT_LIMITS } from '../../../src-main/gateway/attachments/attachment-input.ts';
import { answerOfResource, answerOfTool } from '../../../src-main/gateway/mcp/mcp-content.ts';

const png = (bytes: number): string =>
  Buffer.concat([Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), Buffer.alloc(bytes)]).toString('base64');

describe('what an MCP server answers', () => {
  it('is an image up to the size of an attachment', () => {
    const data = png(ATTACHMENT_LIMITS.maxImageBytes);
    const large = answerOfTool({ content: [{ type: 'image', data, mimeType: 'image/png' }] });
    expect(large).toEqual({
      text: `[image/png, ${ATTACHMENT_LIMITS.maxImageBytes + 8} bytes: too large to be shown]`,
      isError: false,
      images: [],
    });
    const blob = { uri: 'x:\u202e\u2028a', mimeType: 'text/plain', blob: png(4) };
    expect(answerOfResource({ contents: [blob] })).toMatchObject({
      text: '[resource x:a]\n[image 1: image/png, 12 bytes]',
      images: [{ mimeType: 'image/png' }],
    });
  });

  it('is its structure when it has no words, and says when it has neither', () => {
    expect(answerOfTool({ content: [], structuredContent: { n: 1 } }).text).toBe('{"n":1}');
    expect(answerOfTool({ content: [], isError: true })).toEqual({
      text: '(no output)',
      isError: true,
      images: [],
    });
  });
});
