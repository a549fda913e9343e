import type { App } from './app.ts'

type Group = Extract<App['root'], { readonly getAllEntries: unknown }>

/** How far the line names a command, and the group in which it stops, if it stops in one. */
export function routeOf(
  { root }: App,
  words: readonly string[],
): { readonly path: readonly string[]; readonly group?: Group } {
  let target: App['root'] | undefined = root
  const path: string[] = []
  for (const word of words) {
    if (!('getAllEntries' in target)) return { path }
    const next: App['root'] | undefined = target.getRoutingTargetForInput(word)
    if (!next) return { path, group: target }
    target = next
    path.push(word)
  }
  return 'getAllEntries' in target ? { path, group: target } : { path }
}
