export interface ImageHeader {
  readonly mediaType: 'image/png' | 'image/gif' | 'image/jpeg' | 'image/webp'
  /** In pixels; undefined where the header is cut short or damaged. */
  readonly width?: number
  readonly height?: number
}

/** Segments of a JPEG that are looked at for its frame. */
const maxSegments = 1000

/**
 * Type and dimensions of an image from its first bytes: PNG (W3C PNG, 11.2.2), GIF (GIF89a, 18), JPEG (ITU-T T.81, B.2.2), WebP (RFC 9649).
 * Undefined for what is none of these. Never throws for what the bytes hold.
 */
export function imageOf(bytes: Uint8Array): ImageHeader | undefined {
  const at = new Bytes(bytes)
  if (at.text(0, 8) === '\x89PNG\r\n\x1a\n')
    return { mediaType: 'image/png', ...(at.text(12, 4) === 'IHDR' && at.size(16, 20, 4)) }
  if (/^GIF8[79]a$/.test(at.text(0, 6))) return { mediaType: 'image/gif', ...at.size(6, 8, -2) }
  if (at.text(0, 3) === '\xff\xd8\xff') return { mediaType: 'image/jpeg', ...jpegFrame(at) }
  if (at.text(0, 4) === 'RIFF' && at.text(8, 4) === 'WEBP') return { mediaType: 'image/webp', ...webpCanvas(at) }
  return undefined
}

type Size = Pick<ImageHeader, 'width' | 'height'>

/** The first frame header; the segments before it say how long they are. */
function jpegFrame(at: Bytes): Size {
  let place = 2
  for (let count = 0; count < maxSegments; count++) {
    if (at.number(place, 1) !== 0xff) return {}
    const marker = at.number(place + 1, 1)
    if (marker === undefined) return {}
    // Fill bytes may stand before a marker.
    if (marker === 0xff) {
      place++
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return at.size(place + 7, place + 5, 2)
    const length = at.number(place + 2, 2)
    if (length === undefined || length < 2) return {}
    place += 2 + length
  }
  return {}
}

function webpCanvas(at: Bytes): Size {
  const form = at.text(12, 4)
  if (form === 'VP8 ') {
    const [width, height] = [at.number(26, -2), at.number(28, -2)]
    const isKeyFrame = at.text(23, 3) === '\x9d\x01\x2a'
    return isKeyFrame && width !== undefined && height !== undefined
      ? { width: width & 0x3fff, height: height & 0x3fff }
      : {}
  }
  if (form === 'VP8L') {
    const bits = at.number(21, -4)
    return bits !== undefined && at.number(20, 1) === 0x2f
      ? { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
      : {}
  }
  if (form !== 'VP8X') return {}
  const [width, height] = [at.number(24, -3), at.number(27, -3)]
  return width === undefined || height === undefined ? {} : { width: width + 1, height: height + 1 }
}

/** Reads that answer undefined, or less text, behind the end. */
class Bytes {
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Latin-1. */
  text(from: number, length: number): string {
    return String.fromCharCode(...this.#bytes.subarray(from, from + length))
  }

  /** A number of so many bytes, the first the greatest; of a negative length the first the least. */
  number(from: number, length: number): number | undefined {
    const part = this.#bytes.subarray(from, from + Math.abs(length))
    if (part.length < Math.abs(length)) return undefined
    return (length < 0 ? part.toReversed() : part).reduce((sum, byte) => sum * 256 + byte, 0)
  }

  size(widthAt: number, heightAt: number, length: number): Size {
    const [width, height] = [this.number(widthAt, length), this.number(heightAt, length)]
    return width === undefined || height === undefined ? {} : { width, height }
  }
}
