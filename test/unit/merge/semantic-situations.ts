import { texts, type SemanticText } from './semantic-texts.ts'

/** Two changes of one text that lines merge, and that do not fit together unless `isFine`. */
export interface Situation {
  readonly language: string
  readonly situation: string
  readonly path: string
  readonly base: string
  readonly left: string
  readonly right: string
  readonly isFine: boolean
}

type Edit = (text: SemanticText, base: string) => string

const renamed =
  (name: string, to: string): Edit =>
  (_, base) =>
    base.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), to)

const without =
  (part: 'load' | 'limit' | 'type' | 'field' | 'imported' | 'local'): Edit =>
  (text, base) =>
    base.replace(text[part], '')

/** Uses an expression at the end of a function that stands apart from all else. */
const used =
  (expression: keyof SemanticText['uses']): Edit =>
  (text, base) =>
    base.replace(text.end, () => `${text.use(text.uses[expression])}${text.end}`)

/** Uses an expression at the end of the function with a parameter, of the method. */
const usedInside =
  (place: 'counted' | 'grown', expression: keyof SemanticText['uses']): Edit =>
  (text, base) =>
    base.replace(text[place], () => `${text.use(text.uses[expression])}${text[place]}`)

const changes: readonly (readonly [situation: string, left: Edit, right: Edit, isFine?: boolean])[] = [
  ['a function renamed, and called anew', renamed('load', 'read'), used('load')],
  ['a function deleted, and called anew', without('load'), used('load')],
  ['an import dropped, and used anew', without('imported'), used('imported')],
  ['a constant renamed, and used anew', renamed('LIMIT', 'MOST'), used('limit')],
  ['a constant deleted, and used anew', without('limit'), used('limit')],
  ['a type renamed, and used anew', renamed('Cup', 'Mug'), used('type')],
  ['a type deleted, and used anew', without('type'), used('type')],
  ['a field deleted, and used anew', without('field'), usedInside('grown', 'field')],
  ['a parameter renamed, and used anew', renamed('count', 'amount'), usedInside('counted', 'parameter')],
  ['a local variable deleted, and used anew', without('local'), usedInside('counted', 'local')],
  ['a parameter added, and a call as before', (text, base) => base.replace(...text.parameter), used('price')],
  [
    'one function added by both in two ways',
    ({ load, added }, base) => base.replace(load, () => `${load}${added('1')}`),
    ({ last, added }, base) => base.replace(last, () => `${added('2')}${last}`),
  ],
  [
    'a function moved, and changed',
    ({ load, last }, base) => base.replace(load, '').replace(last, () => `${load}${last}`),
    ({ load }, base) => base.replace(load, () => load.replace('1', '3')),
    true,
  ],
  ['a function renamed, and another one called anew', renamed('load', 'read'), used('price'), true],
]

export function situations(): readonly Situation[] {
  return texts.flatMap((text) => {
    const base = text.parts(text).join('')
    return changes.map(([situation, left, right, isFine = false]) => ({
      language: text.language,
      situation,
      path: text.path,
      base,
      left: left(text, base),
      right: right(text, base),
      isFine,
    }))
  })
}
