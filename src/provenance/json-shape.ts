import { isArray, isObject, type JsonValue } from './canonical-json.ts'

/** Checks that a JSON value has a form, and gives it its type; undefined where it has not. */
export type JsonShape<T> = (value: JsonValue) => T | undefined

type Shapes = Readonly<Record<string, JsonShape<unknown>>>
type ValueOf<S> = S extends JsonShape<infer T> ? T : never
type Checked<Must extends Shapes, May extends Shapes> = {
  readonly [K in keyof Must]: ValueOf<Must[K]>
} & { readonly [K in keyof May]?: ValueOf<May[K]> }

const loneSurrogate = /[\ud800-\udfff]/u

/** C0, DEL, C1 and lone surrogates. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f-\u009f\ud800-\udfff]/u

/** Well-formed text of at most `maxLength` UTF-16 units. */
export function text(maxLength: number): JsonShape<string> {
  return (value) =>
    typeof value === 'string' && value.length <= maxLength && !loneSurrogate.test(value) ? value : undefined
}

/** Text of one line without control characters, not empty. */
export function word(maxLength: number): JsonShape<string> {
  return (value) =>
    typeof value === 'string' && value !== '' && value.length <= maxLength && !control.test(value) ? value : undefined
}

export function matching(pattern: RegExp): JsonShape<string> {
  return (value) => (typeof value === 'string' && pattern.test(value) ? value : undefined)
}

export const truth: JsonShape<boolean> = (value) => (typeof value === 'boolean' ? value : undefined)

/** An integer from 0 to 2^53 - 1. */
export const count: JsonShape<number> = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined

export function numberUpTo(max: number): JsonShape<number> {
  return (value) => (typeof value === 'number' && value >= 0 && value <= max ? value : undefined)
}

export function only<const T extends string | number>(wanted: T): JsonShape<T> {
  return (value) => (value === wanted ? wanted : undefined)
}

export function list<T>(shape: JsonShape<T>, maxLength: number): JsonShape<readonly T[]> {
  return (value) => {
    if (!isArray(value) || value.length > maxLength) return undefined
    const items = value.map(shape)
    return items.includes(undefined) ? undefined : (items as readonly T[])
  }
}

/** An object whose keys are free. */
export function dictionary<T>(
  key: RegExp,
  shape: JsonShape<T>,
  maxSize: number,
): JsonShape<Readonly<Record<string, T>>> {
  return (value) => {
    if (!isObject(value)) return undefined
    const members = Object.entries(value)
    if (members.length > maxSize || members.some(([name, item]) => !key.test(name) || shape(item) === undefined))
      return undefined
    return value as Readonly<Record<string, T>>
  }
}

/** An object that has all of `must`, some of `may` and nothing else. */
export function object<Must extends Shapes, May extends Shapes>(must: Must, may: May): JsonShape<Checked<Must, May>> {
  return (value) => {
    if (!isObject(value) || !Object.keys(must).every((key) => Object.hasOwn(value, key))) return undefined
    const fits = (key: string) => {
      const shape = Object.hasOwn(must, key) ? must[key] : Object.hasOwn(may, key) ? may[key] : undefined
      return shape?.(value[key]!) !== undefined
    }
    return Object.keys(value).every(fits) ? (value as Checked<Must, May>) : undefined
  }
}

export function either<A, B>(first: JsonShape<A>, second: JsonShape<B>): JsonShape<A | B> {
  return (value) => first(value) ?? second(value)
}
