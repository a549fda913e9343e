import type { LoadHook } from 'node:module'
import type { PlantedChange } from './faults.ts'

let planted: readonly PlantedChange[] = []

export function initialize(changes: readonly PlantedChange[]): void {
  planted = changes
}

/** Changes the source of compiled modules when they are loaded. Each change has to fit in exactly one place. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context)
  const changes = planted.filter(({ file }) => url.endsWith(`/dist/${file}`))
  if (!changes.length) return loaded
  let source = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
  for (const { file, from, to } of changes) {
    if (source.split(from).length !== 2) throw new Error(`a fault does not fit into ${file}: ${from}`)
    source = source.replace(from, () => to)
  }
  return { ...loaded, source }
}
