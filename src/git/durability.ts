/** Git's configuration, as far as it is asked here. */
export interface Settings {
  get(name: string): string | undefined
}

/** Names of `core.fsync` (git-config(1)) that flush the index, too; its default does not. */
const withIndex = new Set(['all', 'added', 'index'])

/**
 * Are files of a kind flushed? Objects and refs are unless `core.fsync` is `none`, unlike git's default: our journal promises that they
 * are there.
 */
export function isFlushed(config: Settings, kind: 'objects' | 'refs' | 'index'): boolean {
  const names = (config.get('core.fsync') ?? '').split(',').map((name) => name.trim())
  return kind === 'index' ? names.some((name) => withIndex.has(name)) : !names.includes('none')
}

/** Do several users share the files of the repository? Only git knows their permissions. */
export function isShared(config: Settings): boolean {
  return !['false', 'no', 'off', '0', 'umask', undefined].includes(config.get('core.sharedrepository')?.toLowerCase())
}
