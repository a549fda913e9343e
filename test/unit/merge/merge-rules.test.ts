import assert from 'node:assert/strict'
import { languages } from '../../../src/merge/languages/languages.ts'
import type { MergeRules } from '../../../src/merge/languages/merge-rules.ts'
import type { Grammar } from '../../../src/merge/syntax/grammar.ts'
import { parserOf } from './syntax/samples.ts'

const words = new Set(['*', '.', 'first', 'rest', 'label', 'last:', ''])

/** What rules name: kinds, and steps that are a kind or a field. */
function namesIn(rules: MergeRules): { readonly kinds: readonly string[]; readonly steps: readonly string[] } {
  const { lists, wrappers, names, overloads, binders, memberBinders, members, defaults, registrations } = rules
  const tables = [wrappers, names, overloads, binders, memberBinders, members]
  const pairs = defaults.map((each) => each.split('.'))
  const kinds = [lists, ...tables].flatMap((table) => Object.keys(table))
  const paths = tables.flatMap((table) => Object.values(table).flat())
  const steps = [...paths, ...(registrations?.call ?? []), ...pairs.map(([, field]) => field!)]
    .filter((step) => !step.startsWith('='))
    .flatMap((step) => step.replace(/\+$/, '').split(/[?/]/))
  return {
    kinds: [
      ...kinds,
      ...rules.free,
      ...rules.prefixes,
      ...rules.arguments,
      ...rules.identifiers,
      ...Object.values(rules.scopes).flat(),
      ...pairs.map(([kind]) => kind!),
    ],
    steps: steps.filter((step) => !words.has(step)),
  }
}

describe('the merge rules of languages', () => {
  for (const rules of new Set(languages.flatMap(({ merge }) => merge ?? []))) {
    const users = languages.filter(({ merge }) => merge === rules)
    it(`name what the grammars have: ${users.map(({ name }) => name).join(', ')}`, async () => {
      const grammars: Grammar[] = []
      for (const language of users) grammars.push((await parserOf(language)).grammar)
      const isKind = (name: string): boolean =>
        grammars.some((grammar) => grammar.kind(name) !== undefined || grammar.kind(name, false) !== undefined)
      const isField = (name: string): boolean => grammars.some((grammar) => grammar.field(name) !== undefined)
      const { kinds, steps } = namesIn(rules)
      assert.deepEqual(
        kinds.filter((kind) => !isKind(kind)),
        [],
      )
      assert.deepEqual(
        steps.filter((step) => !isKind(step) && !isField(step)),
        [],
      )
    })
  }
})
