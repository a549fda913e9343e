import type { Language } from './language.ts'
import { graphql as merge } from './rules/graphql.ts'

export const graphql: Language = {
  name: 'GraphQL',
  grammar: 'graphql',
  extensions: ['graphql', 'gql', 'graphqls'],
  names: [],
  interpreters: [],
  trivia: ['comment'],
  verbatim: [],
  merge,
}
