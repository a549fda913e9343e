import { deflateSync } from 'node:zlib'

/**
 * As an object lies in a file or a pack, deflated in a window no more than four times as long: for the largest one zlib asks for 256 KB and clears them, for every
 * object, and most are a few hundred bytes long.
 */
export function deflateObject(content: Uint8Array): Buffer {
  const windowBits = Math.min(Math.max(33 - Math.clz32(content.length), 9), 15)
  return deflateSync(content, { level: 1, windowBits, memLevel: windowBits - 7 })
}
