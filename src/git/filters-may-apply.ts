import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { GitConfig } from './config.ts'

const attributesEverywhere = ['/etc/gitattributes']

/** Settings under which git stores, or names, a file in another way than it lies there. */
const conversions: readonly (readonly [name: string, plain: string])[] = [
  ['core.autocrlf', 'false'],
  ['core.symlinks', 'true'],
  ['core.filemode', 'true'],
  // Attributes may be in the index alone.
  ['core.sparsecheckout', 'false'],
]

/** Where rules about the content of files may be. */
export interface FilterPlaces {
  readonly config: GitConfig
  readonly env: NodeJS.ProcessEnv
  readonly workTree: string
  readonly commonDir: string
}

/** Could an attribute or setting change what is stored of these files? When in doubt, yes: then git does it. */
export function filtersMayApply({ config, env, workTree, commonDir }: FilterPlaces, paths: readonly string[]): boolean {
  if (conversions.some(([name, plain]) => ![plain, undefined].includes(config.get(name)))) return true
  const folders = new Set<string>()
  for (const path of paths)
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  const configured = config.get('core.attributesfile') ?? config.get('attr.tree')
  const userFolder = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? homedir(), '.config')
  return (
    configured !== undefined ||
    [
      ...attributesEverywhere,
      join(userFolder, 'git/attributes'),
      join(commonDir, 'info/attributes'),
      ...[...folders].map((folder) => join(workTree, folder, '.gitattributes')),
    ].some((file) => existsSync(file))
  )
}
