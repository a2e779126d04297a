/** What a picture's own header says about it. Sizes are in pixels. */
export interface ImageInfo {
  contentType: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';
  width: number;
  height: number;
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** Reads type and size from the header of a PNG, JPEG, GIF or WebP; undefined when it is none of these. */
export function readImageInfo(content: Buffer): ImageInfo | undefined {
  if (content.length < 24) return undefined;
  if (content.subarray(0, 8).equals(PNG))
    return { contentType: 'image/png', width: content.readUInt32BE(16), height: content.readUInt32BE(20) };
  if (content.toString('latin1', 0, 3) === 'GIF')
    return { contentType: 'image/gif', width: content.readUInt16LE(6), height: content.readUInt16LE(8) };
  if (content.toString('latin1', 0, 4) === 'RIFF' && content.toString('latin1', 8, 12) === 'WEBP')
    return readWebp(content);
  return content.readUInt16BE(0) === 0xffd8 ? readJpeg(content) : undefined;
}

/** Walks from marker to marker up to the frame header, which holds the size. */
function readJpeg(content: Buffer): ImageInfo | undefined {
  for (let at = 2; at + 9 < content.length && content[at] === 0xff; ) {
    const marker = content.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame)
      return {
        contentType: 'image/jpeg',
        height: content.readUInt16BE(at + 5),
        width: content.readUInt16BE(at + 7),
      };
    at += 2 + content.readUInt16BE(at + 2);
  }
  return undefined;
}

function readWebp(content: Buffer): ImageInfo | undefined {
  if (content.length < 30) return undefined;
  const contentType = 'image/webp';
  switch (content.toString('latin1', 12, 16)) {
    case 'VP8X':
      return { contentType, width: content.readUIntLE(24, 3) + 1, height: content.readUIntLE(27, 3) + 1 };
    case 'VP8L': {
      const bits = content.readUInt32LE(21);
      return { contentType, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    default:
      return {
        contentType,
        width: content.readUInt16LE(26) & 0x3fff,
        height: content.readUInt16LE(28) & 0x3fff,
      };
  }
}
