import type { MergeRules } from '../merge-rules.ts'

/** The rules of a language: what it does not say is empty. */
export function mergeRules(rules: Partial<MergeRules> & Pick<MergeRules, 'lists'>): MergeRules {
  return {
    wrappers: {},
    names: {},
    free: [],
    overloads: {},
    labels: {},
    prefixes: [],
    arguments: [],
    identifiers: [],
    binders: {},
    memberBinders: {},
    members: {},
    scopes: {},
    receivers: [],
    defaults: [],
    whole: [],
    embedded: {},
    ...rules,
  }
}
