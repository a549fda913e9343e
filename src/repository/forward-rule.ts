import type { GitConfig } from '../git/config.ts'

/**
 * Is a branch moved forward where that does (`may`), only so, or never: by the first of these settings that is there (git-config(1),
 * `merge.ff` and `pull.ff`).
 */
export function forwardRule(config: GitConfig, names: readonly string[]): 'may' | 'only' | 'never' {
  const name = names.find((each) => config.get(each) !== undefined)
  if (name === undefined) return 'may'
  if (config.get(name) === 'only') return 'only'
  return config.isTrue(name, true) ? 'may' : 'never'
}
