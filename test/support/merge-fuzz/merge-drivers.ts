import { samples } from '../../unit/merge/syntax/samples.ts'
import { codeDriver } from './code-driver.ts'
import { dataDriver, documentDriver } from './data-drivers.ts'
import { documents } from './documents.ts'
import { checksumDriver, textDriver } from './line-drivers.ts'
import { notebookDriver } from './notebook-driver.ts'
import type { MergeDriver } from './merge-driver.ts'

type Open = () => MergeDriver | Promise<MergeDriver>

const ofCode = samples
  .filter(({ language }) => language.merge)
  .map(({ path, language, text }): [string, Open] => [
    path.slice(path.lastIndexOf('.') + 1),
    () => codeDriver(path, language, text),
  ])

/** Every kind of file that is merged in its own way, by name. */
export const mergeDrivers: Readonly<Record<string, Open>> = {
  ...Object.fromEntries(ofCode),
  json: () => dataDriver('json'),
  jsonc: () => dataDriver('jsonc'),
  yaml: () => dataDriver('yaml'),
  toml: () => dataDriver('toml'),
  ...Object.fromEntries(Object.keys(documents).map((path): [string, Open] => [path, () => documentDriver(path)])),
  ipynb: () => notebookDriver,
  'go.sum': () => checksumDriver,
  txt: () => textDriver,
}
