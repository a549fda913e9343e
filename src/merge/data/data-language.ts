import type { DataFile, ValueIds } from './data-node.ts'
import type { KnownItems } from './known-items.ts'
import { readJson } from './read-json.ts'
import { readToml } from './read-toml.ts'
import { readYaml } from './read-yaml.ts'
import { tomlDialect } from './toml-scalars.ts'
import { blockScalar } from './yaml-scalars.ts'

export interface DataLanguage {
  readonly name: 'json' | 'yaml' | 'toml'
  /** Undefined for a text that is not of the language; texts end with a line break. `known`: of other versions of the text. */
  read(text: string, ids: ValueIds, known?: KnownItems): DataFile | undefined
  /** The value of a scalar of several lines. */
  scalarId(text: string, ids: ValueIds): number | undefined
}

const json: DataLanguage = { name: 'json', read: readJson, scalarId: () => undefined }

const yaml: DataLanguage = {
  name: 'yaml',
  read: readYaml,
  scalarId(text, ids) {
    const scalar = blockScalar(`${text}\n`, 0, -1, ids)
    return scalar?.end === text.length ? scalar.id : undefined
  },
}

const toml: DataLanguage = {
  name: 'toml',
  read: readToml,
  scalarId(text, ids) {
    const scalar = tomlDialect.scalar(text, 0, ids)?.scalar
    return scalar?.end === text.length ? scalar.id : undefined
  },
}

const jsonNames =
  /\.(?:json|jsonc|json5|ipynb|webmanifest|geojson|code-workspace)$|(?:^|\/)\.(?:eslintrc|prettierrc|babelrc|stylelintrc|swcrc)$/
/** The language of a file by its path; undefined for one that is no data. */
export function languageOf(path: string): DataLanguage | undefined {
  if (/(?:^|\/)(?:composer|Pipfile|flake|deno)\.lock$/.test(path) || jsonNames.test(path)) return json
  if (/\.ya?ml$/.test(path)) return yaml
  return /\.toml$|(?:^|\/)(?:Cargo|poetry|uv|pdm)\.lock$/.test(path) ? toml : undefined
}
