import type { CborValue } from './cbor.ts'

/** Checks that a decoded value has a form, and gives it its type; undefined where it has not. */
export type Shape<T> = (value: CborValue) => T | undefined

export type ShapeOf<S> = S extends Shape<infer T> ? T : never

export const uint: Shape<number> = (value) => (typeof value === 'number' && value >= 0 ? value : undefined)

export const flag: Shape<boolean> = (value) => (typeof value === 'boolean' ? value : undefined)

export function uintUpTo(max: number): Shape<number> {
  return (value) => (typeof value === 'number' && value >= 0 && value <= max ? value : undefined)
}

/** A byte string of exactly `length` bytes. */
export function bytesOf(length: number): Shape<Uint8Array> {
  return (value) => (value instanceof Uint8Array && value.length === length ? value : undefined)
}

/** The bytes of the id of a Git object, by either hash. */
export const objectIdBytes: Shape<Uint8Array> = (value) => bytesOf(20)(value) ?? bytesOf(32)(value)

export function bytesUpTo(maxLength: number): Shape<Uint8Array> {
  return (value) => (value instanceof Uint8Array && value.length <= maxLength ? value : undefined)
}

/** Text of at most `maxLength` UTF-16 units. */
export function textUpTo(maxLength: number): Shape<string> {
  return (value) => (typeof value === 'string' && value.length <= maxLength ? value : undefined)
}

export function exactly<const T extends number | string>(wanted: T): Shape<T> {
  return (value) => (value === wanted ? wanted : undefined)
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value) => (value === null ? null : shape(value))
}

export function listOf<T>(shape: Shape<T>, maxLength: number): Shape<readonly T[]> {
  return (value) => {
    if (!isArray(value) || value.length > maxLength) return undefined
    const out: T[] = []
    for (const item of value) {
      const checked = shape(item)
      if (checked === undefined) return undefined
      out.push(checked)
    }
    return out
  }
}

/** An array with fixed places. */
export function tuple<const S extends readonly Shape<unknown>[]>(
  ...shapes: S
): Shape<{ readonly [K in keyof S]: ShapeOf<S[K]> }> {
  return (value) => {
    if (!isArray(value) || value.length !== shapes.length) return undefined
    const out: unknown[] = []
    for (let i = 0; i < shapes.length; i++) {
      const checked = shapes[i]!(value[i]!)
      if (checked === undefined) return undefined
      out.push(checked)
    }
    return out as { readonly [K in keyof S]: ShapeOf<S[K]> }
  }
}

function isArray(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value)
}
