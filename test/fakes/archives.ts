// Archives as nobody's program would write them: any name, any type, any size that is claimed.

import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

export interface ArchiveEntry {
  readonly name: string;
  readonly data?: Buffer | string;
  /** Unix mode; 0644 if left out. */
  readonly mode?: number;
  /** Tar's type flag: `0` a file, `1` a hard link, `2` a symbolic link, `5` a folder, `6` a pipe. */
  readonly type?: string;
  readonly link?: string;
  /** What the archive says that it unpacks to. */
  readonly claimedSize?: number;
}

const bytesOf = ({ data = '' }: ArchiveEntry): Buffer =>
  typeof data === 'string' ? Buffer.from(data) : data;

export function tarGz(entries: readonly ArchiveEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const data = bytesOf(entry);
    const filling = Buffer.alloc((512 - (data.length % 512)) % 512);
    return [tarHeader(entry, data.length), data, filling];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1_024)]));
}

function tarHeader(
  { name, mode = 0o644, type = '0', link = '', claimedSize }: ArchiveEntry,
  size: number,
): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  header.write(name, 0, 100, 'utf8');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(claimedSize ?? size, 124, 12);
  octal(0, 136, 12);
  header.write('        ', 148, 'latin1');
  header.write(type, 156, 'latin1');
  header.write(link, 157, 100, 'utf8');
  header.write('ustar\u000000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

export function zip(entries: readonly ArchiveEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = bytesOf(entry);
    const packed = deflateRawSync(data);
    const name = Buffer.from(entry.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // The name is UTF-8; deflated.
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.claimedSize ?? data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((entry.mode ?? 0o100_644) << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    // Made by Unix, so the mode means something.
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002\u0014\u0003', 'latin1'), common, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
