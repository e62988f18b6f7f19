// Writes a model of the llama architecture whose weights are random: real to load and to run, and what it says is garbage.
// About 0.5 MB; the same bytes every time.

import { writeFileSync } from 'node:fs';

const EMBEDDING = 64;
const FEED_FORWARD = 128;
const LAYERS = 2;
const HEADS = 4;
const CONTEXT = 8_192;

/** Types of values in a GGUF file. */
const UINT32 = 4;
const INT32 = 5;
const FLOAT32 = 6;
const STRING = 8;
const ARRAY = 9;
/** Kinds of tokens. */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const BYTE = 6;
const ALIGNMENT = 32;

/** @param {string} file */
export function writeRandomModel(file) {
  const vocabulary = tokens();
  const tensors = weights(vocabulary.length);
  const facts = metadata(vocabulary);
  let offset = 0;
  const infos = [];
  const data = [];
  for (const { name, shape, values } of tensors) {
    infos.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    const bytes = Buffer.from(values.buffer);
    const padding = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
    data.push(bytes, Buffer.alloc(padding));
    offset += bytes.length + padding;
  }
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(facts.length),
    ...facts,
    ...infos,
  ]);
  const padding = Buffer.alloc((ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT);
  writeFileSync(file, Buffer.concat([head, padding, ...data]));
}

function tokens() {
  const bytes = Array.from({ length: 256 }, (_, byte) => ({
    token: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
    kind: BYTE,
  }));
  const words = ['▁', '▁the', '▁a', '▁is', '▁of', 'e', 't', 'a', 'o', 'n', 'i', 's', 'r', 'h', '.'];
  return [
    { token: '<unk>', kind: UNKNOWN },
    { token: '<s>', kind: CONTROL },
    { token: '</s>', kind: CONTROL },
    ...bytes,
    ...words.map((token) => ({ token, kind: NORMAL })),
  ];
}

function metadata(vocabulary) {
  const number = (key, value) => entry(key, UINT32, u32(value));
  return [
    entry('general.architecture', STRING, text('llama')),
    entry('general.name', STRING, text('random')),
    number('llama.context_length', CONTEXT),
    number('llama.embedding_length', EMBEDDING),
    number('llama.block_count', LAYERS),
    number('llama.feed_forward_length', FEED_FORWARD),
    number('llama.attention.head_count', HEADS),
    number('llama.attention.head_count_kv', HEADS),
    entry('llama.attention.layer_norm_rms_epsilon', FLOAT32, f32(1e-5)),
    number('llama.rope.dimension_count', EMBEDDING / HEADS),
    number('llama.vocab_size', vocabulary.length),
    number('general.file_type', 0),
    entry('tokenizer.ggml.model', STRING, text('llama')),
    entry(
      'tokenizer.ggml.tokens',
      ARRAY,
      list(
        STRING,
        vocabulary.map(({ token }) => text(token)),
      ),
    ),
    entry(
      'tokenizer.ggml.scores',
      ARRAY,
      list(
        FLOAT32,
        vocabulary.map((_, at) => f32(-at)),
      ),
    ),
    entry(
      'tokenizer.ggml.token_type',
      ARRAY,
      list(
        INT32,
        vocabulary.map(({ kind }) => u32(kind)),
      ),
    ),
    number('tokenizer.ggml.bos_token_id', 1),
    number('tokenizer.ggml.eos_token_id', 2),
    number('tokenizer.ggml.unknown_token_id', 0),
  ];
}

function weights(vocabularySize) {
  let seed = 42;
  const random = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (seed / 2 ** 32 - 0.5) * 0.4;
  };
  const tensor = (name, shape, value = random) => ({
    name,
    shape,
    values: Float32Array.from({ length: shape.reduce((product, size) => product * size) }, value),
  });
  const norm = (name) => tensor(name, [EMBEDDING], () => 1);
  const layers = Array.from({ length: LAYERS }, (_, layer) => {
    const prefix = `blk.${layer}.`;
    return [
      norm(`${prefix}attn_norm.weight`),
      ...['q', 'k', 'v', 'output'].map((part) =>
        tensor(`${prefix}attn_${part}.weight`, [EMBEDDING, EMBEDDING]),
      ),
      norm(`${prefix}ffn_norm.weight`),
      tensor(`${prefix}ffn_gate.weight`, [EMBEDDING, FEED_FORWARD]),
      tensor(`${prefix}ffn_up.weight`, [EMBEDDING, FEED_FORWARD]),
      tensor(`${prefix}ffn_down.weight`, [FEED_FORWARD, EMBEDDING]),
    ];
  });
  return [
    tensor('token_embd.weight', [EMBEDDING, vocabularySize]),
    ...layers.flat(),
    norm('output_norm.weight'),
    tensor('output.weight', [EMBEDDING, vocabularySize]),
  ];
}

function u32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return buffer;
}

function u64(value) {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

function f32(value) {
  const buffer = Buffer.alloc(4);
  buffer.writeFloatLE(value);
  return buffer;
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

const entry = (key, type, value) => Buffer.concat([text(key), u32(type), value]);
const list = (type, items) => Buffer.concat([u32(type), u64(items.length), ...items]);
