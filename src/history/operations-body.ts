import type { FileId, ObjectId } from '../contracts/ids.ts'
import { hexBytes, toHex } from '../lib/bytes.ts'
import type { CborValue } from '../lib/cbor.ts'
import {
  bytesOf,
  bytesUpTo,
  exactly,
  listOf,
  objectIdBytes,
  type Shape,
  textUpTo,
  tuple,
  uintUpTo,
} from '../lib/shape.ts'
import { readState, writeState } from './file-state.ts'
import type { RegisterValue } from './file-log.ts'

/** A file as an entry names it: by its path in the base commit, or by its id where it was made later. */
export type FileRef = { readonly basePath: string } | { readonly file: FileId }

export type OperationBody =
  | { readonly ref: FileRef; readonly update: Uint8Array }
  | { readonly ref: FileRef; readonly value: RegisterValue }

export const operationsKind = 9
export const maxOperations = 4096
export const maxPathUnits = 4096
const registers = ['path', 'mode', 'content'] as const

/** Layout: [9, [file...], [[file index, 0, update] | [file index, 1, register, value]...]]; docs/protocol.md has the values. */
export function writeOperations(operations: readonly OperationBody[]): CborValue {
  const index = new Map<string, number>()
  const refs: CborValue[] = []
  const rows = operations.map((operation): CborValue => {
    const key = refKey(operation.ref)
    let at = index.get(key)
    if (at === undefined) {
      index.set(key, (at = refs.length))
      refs.push('file' in operation.ref ? hexBytes(operation.ref.file) : operation.ref.basePath)
    }
    return 'update' in operation
      ? [at, 0, operation.update]
      : [at, 1, registers.indexOf(operation.value.register), writeRegister(operation.value)]
  })
  return [operationsKind, refs, rows]
}

function writeRegister(value: RegisterValue): CborValue {
  switch (value.register) {
    case 'path':
      return value.path === undefined ? [writeState(value.seen)] : value.path
    case 'mode':
      return value.mode
    case 'content':
      return value.blob === undefined ? null : hexBytes(value.blob)
  }
}

const refShape: Shape<FileRef> = (value) => {
  if (typeof value === 'string') return value.length <= maxPathUnits ? { basePath: value } : undefined
  const id = bytesOf(16)(value)
  return id && { file: toHex(id) as FileId }
}
const rowsShape = tuple(exactly(operationsKind), listOf(refShape, maxOperations), (value) => value)
const textRow = tuple(uintUpTo(maxOperations), exactly(0), bytesUpTo(8 << 20))
const registerRow = tuple(uintUpTo(maxOperations), exactly(1), uintUpTo(2), (value) => value)

/** The operations of an entry, or undefined where the body is malformed or not in its one form. */
export function readOperations(body: CborValue): readonly OperationBody[] | undefined {
  const read = rowsShape(body)
  if (!read || !Array.isArray(read[2]) || read[2].length > maxOperations) return undefined
  const refs = read[1]
  const out: OperationBody[] = []
  let named = 0
  for (const row of read[2] as readonly CborValue[]) {
    const operation = readRow(row, refs)
    const at = operation && refs.indexOf(operation.ref)
    // Files stand in the order in which operations name them first.
    if (!operation || at! > named) return undefined
    named = Math.max(named, at! + 1)
    out.push(operation)
  }
  const keys = new Set(refs.map(refKey))
  return named === refs.length && keys.size === refs.length ? out : undefined
}

function refKey(ref: FileRef): string {
  return 'file' in ref ? ref.file : `/${ref.basePath}`
}

function readRow(row: CborValue, refs: readonly FileRef[]): OperationBody | undefined {
  const text = textRow(row)
  if (text) {
    const ref = refs[text[0]]
    return ref && { ref, update: text[2] }
  }
  const read = registerRow(row)
  const ref = read && refs[read[0]]
  const value = read && readRegister(registers[read[2]]!, read[3])
  return ref && value && { ref, value }
}

const pathShape = textUpTo(maxPathUnits)
const deletionShape = tuple(readState)

function readRegister(register: (typeof registers)[number], value: CborValue): RegisterValue | undefined {
  switch (register) {
    case 'path': {
      const path = pathShape(value)
      if (path !== undefined) return { register, path }
      const deletion = deletionShape(value)
      return deletion && { register, path: undefined, seen: deletion[0] }
    }
    case 'mode':
      return value === 0o100644 || value === 0o100755 || value === 0o120000 ? { register, mode: value } : undefined
    case 'content': {
      if (value === null) return { register, blob: undefined }
      const blob = objectIdBytes(value)
      return blob && { register, blob: toHex(blob) as ObjectId }
    }
  }
}
