import { fromUtf8, utf8 } from '../lib/bytes.ts'
import { looksBinary } from '../lib/looks-binary.ts'
import type { ConflictLabels, MergeTextInput, MergeTextResult } from './merge-result.ts'
import type { MergeText } from './merge-text.ts'

/** Larger files are not merged. */
const maxMergedBytes = 1 << 26

/** Like the input of `mergeText`, of files as Git stores them. */
export interface MergeBytesInput extends Omit<MergeTextInput, 'base' | 'left' | 'right'> {
  readonly base: Uint8Array
  readonly left: Uint8Array
  readonly right: Uint8Array
}

/**
 * What `mergeText` says, and the merged file; `binary` if one of the files is no text or larger than 64 MiB, so that a person has to
 * choose one of them.
 */
export type MergeBytesResult = (MergeTextResult & { readonly bytes: Uint8Array }) | { readonly status: 'binary' }

/**
 * Merges three files by `mergeText`. What is not UTF-8 is merged as bytes, each a character of its own in `text` and in the conflicts, so that every
 * byte stays as it is. An abort rejects with the reason of the signal.
 */
export async function mergeBytes(input: MergeBytesInput, mergeText: MergeText): Promise<MergeBytesResult> {
  const { base, left, right, labels } = input
  if ([base, left, right].some(isBinary)) return { status: 'binary' }
  const [baseText, leftText, rightText] = [fromUtf8(base), fromUtf8(left), fromUtf8(right)]
  if (baseText !== undefined && leftText !== undefined && rightText !== undefined) {
    const merged = await mergeText({ ...input, base: baseText, left: leftText, right: rightText })
    return { ...merged, bytes: utf8(merged.text) }
  }
  const texts = { base: textOfBytes(base), left: textOfBytes(left), right: textOfBytes(right) }
  const merged = await mergeText({ ...input, ...texts, labels: labels && labelsAsBytes(labels) })
  const bytes = bytesOfText(merged.text)
  // What is no UTF-8 says nothing of other files.
  return merged.status === 'clean' ? { ...merged, bytes } : { ...merged, bytes, unbound: undefined }
}

function isBinary(file: Uint8Array): boolean {
  return file.length > maxMergedBytes || looksBinary(file)
}

/** A label stands among bytes as its UTF-8. */
function labelsAsBytes(labels: Partial<ConflictLabels>): Partial<ConflictLabels> {
  return Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, textOfBytes(utf8(label))]))
}

function textOfBytes(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 4096) parts.push(String.fromCharCode(...bytes.subarray(at, at + 4096)))
  return parts.join('')
}

function bytesOfText(text: string): Uint8Array {
  return Uint8Array.from(text, (unit) => unit.charCodeAt(0))
}
