import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { utf8 } from '../lib/bytes.ts'
import type { GitConfig } from './config.ts'
import type { IndexImages } from './index-images.ts'

const attributesEverywhere = ['/etc/gitattributes']

/** Settings under which git stores, or names, a file in another way than it lies there. */
const conversions: readonly (readonly [name: string, plain: string])[] = [
  ['core.autocrlf', 'false'],
  ['core.symlinks', 'true'],
  ['core.filemode', 'true'],
]

/** Where rules about the content of files may be. */
export interface FilterPlaces {
  readonly config: GitConfig
  readonly env: NodeJS.ProcessEnv
  readonly workTree: string
  readonly commonDir: string
  readonly indexFile: string
  readonly images: Pick<IndexImages, 'read'>
}

/** Could an attribute or setting change what is stored of these files? When in doubt, yes: then git does it. */
export function filtersMayApply(places: FilterPlaces, paths: readonly string[]): boolean {
  const { config, env, workTree, commonDir } = places
  if (conversions.some(([name, plain]) => ![plain, undefined].includes(config.get(name)))) return true
  const folders = new Set<string>()
  for (const path of paths)
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  const configured = config.get('core.attributesfile') ?? config.get('attr.tree')
  const userFolder = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? homedir(), '.config')
  const rules = [...folders].map((folder) => (folder === '.' ? '.gitattributes' : `${folder}/.gitattributes`))
  return (
    configured !== undefined ||
    [
      ...attributesEverywhere,
      join(userFolder, 'git/attributes'),
      join(commonDir, 'info/attributes'),
      ...rules.map((rule) => `${workTree}/${rule}`),
    ].some((file) => existsSync(file)) ||
    isInIndex(places, rules)
  )
}

/** Rules that are not on disk (deleted, or left out by a sparse checkout) hold as long as the index has them. */
function isInIndex({ images, indexFile }: FilterPlaces, rules: readonly string[]): boolean {
  const image = images.read(indexFile)
  if (!image) return true
  return rules.some((rule) => {
    const name = utf8(rule)
    return image.isAt(image.find(name), name)
  })
}
