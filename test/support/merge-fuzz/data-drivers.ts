import { parseAllDocuments } from 'yaml'
import { languageOf } from '../../../src/merge/data/data-language.ts'
import { ValueIds } from '../../../src/merge/data/data-node.ts'
import { DataRules } from '../../../src/merge/data/data-rules.ts'
import { findValueLosses } from '../../../src/merge/data/find-value-losses.ts'
import type { DataKind, Tree } from '../data-text.ts'
import { dataTriple, documentTriple } from '../data-triples.ts'
import { documents } from './documents.ts'
import type { GeneratedTriple, MergeDriver } from './merge-driver.ts'

/** Words that the generator makes up once. */
const telling = /^w\d+x$/

/** Documents of no known form. */
export function dataDriver(language: DataKind): MergeDriver {
  return {
    *triples(random) {
      for (;;) yield { ...dataTriple(random, language), telling }
    },
    isValid: isData,
    faults: lossesIn,
  }
}

/** Documents like one of a known form, of which merging knows rules. */
export function documentDriver(path: string): MergeDriver {
  const value = documents[path]
  const like = treeOf(value)
  const language = /ya?ml$/.test(path) ? 'yaml' : /toml$|(?:Cargo|poetry)\.lock$/.test(path) ? 'toml' : 'json'
  const shape = { path, language, words: [...new Set([...keysIn(value), 'extra', 'more'])] } as const
  const computed = path === 'package.json' ? { computed: /^\d+$/ } : {}
  return {
    *triples(random) {
      for (;;) yield { ...documentTriple(random, shape, like), telling, ...computed }
    },
    isValid: isData,
    faults: lossesIn,
  }
}

function treeOf(value: unknown): Tree {
  if (typeof value !== 'object' || value === null) return { kind: 'scalar', value: value as string | number | boolean }
  const entries = Object.entries(value).map(([key, inner]) => ({
    key: Array.isArray(value) ? '' : key,
    comment: '',
    trail: '',
    emptyLines: 0,
    tree: treeOf(inner),
  }))
  return { kind: Array.isArray(value) ? 'list' : 'map', entries }
}

function keysIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return [...(Array.isArray(value) ? [] : Object.keys(value)), ...Object.values(value).flatMap(keysIn)]
}

const rootOf = (text: string, path: string, ids = new ValueIds()) =>
  languageOf(path)!.read(`${text.replaceAll('\r\n', '\n').replace(/\n$/, '')}\n`, ids)?.root

/** What our own reader reads, and the package of the language where there is one. */
function isData(text: string, path: string): boolean {
  if (rootOf(text, path) === undefined) return false
  if (path.endsWith('.json')) return isJson(text)
  if (!/\.ya?ml$/.test(path)) return true
  const read = parseAllDocuments(text)
  return Array.isArray(read) && read.every(({ errors }) => errors.length === 0)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function lossesIn({ path, base, left, right }: GeneratedTriple, text: string): readonly string[] {
  const ids = new ValueIds()
  const [ofBase, ofLeft, ofRight, result] = [base, left, right, text].map((each) => rootOf(each, path, ids))
  if (!ofBase || !ofLeft || !ofRight || !result) return []
  const losses = findValueLosses({ base: ofBase, left: ofLeft, right: ofRight, result }, new DataRules(path, base))
  const [inBase, inLeft, inRight, inResult] = [base, left, right, text].map((each) => new Set(each.match(/note \d+/g)))
  // Comments hold a number that no other comment has.
  const isKept = (note: string) =>
    inBase!.has(note) ? !inLeft!.has(note) || !inRight!.has(note) || inResult!.has(note) : inResult!.has(note)
  const notes = [...inBase!, ...inLeft!, ...inRight!].filter((note) => !isKept(note))
  return [
    ...(losses.length > 0 ? [`values are lost: ${JSON.stringify(losses)}`] : []),
    ...notes.map((note) => `${note} is lost`),
  ]
}
