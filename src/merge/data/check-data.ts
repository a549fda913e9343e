import { languageOf } from './data-language.ts'
import { ValueIds, type DataFile } from './data-node.ts'
import { DataRules } from './data-rules.ts'
import { KnownItems } from './known-items.ts'
import { findDoubledElements } from './find-doubled-elements.ts'
import { findDataFaults, type DataFault } from './find-data-faults.ts'
import { findLockClashes } from './find-lock-clashes.ts'
import { findNameClashes } from './find-name-clashes.ts'
import { findReferenceClashes } from './find-reference-clashes.ts'
import { findValueLosses } from './find-value-losses.ts'
import { maxDataLength, type DataMergeInput } from './merge-data.ts'
import { plainText } from './text-form.ts'

/** What is wrong with a result; `loss` with the path at which it has other values than the sides made, `clash` with a clause that tells of it. */
export interface DataFinding {
  readonly fault: DataFault | 'unreadable' | 'clash' | 'loss'
  readonly path: readonly string[]
}

/**
 * Checks a merged text of a JSON, YAML or TOML file, however it was merged: it can be read; no key stands twice that did not on a side;
 * each value that a side added or changed is there, and what it took away is gone; no element of a list has the key of another one; an OpenAPI document has no operation or path twice, no `$ref` and no name of a job or service leads nowhere, and no package of a
 * lock file lacks another one, where that is on no side. Undefined where the inputs are no such files, so
 * that nothing can be said.
 */
export function checkData(
  { path, base, left, right }: DataMergeInput,
  result: string,
): readonly DataFinding[] | undefined {
  const language = languageOf(path)
  if (!language || [base, left, right, result].some((text) => text.length > maxDataLength)) return undefined
  const ids = new ValueIds()
  const known = new KnownItems()
  const read = (text: string): DataFile | undefined => {
    const plain = plainText(text)
    return plain && language.read(plain.text, ids, known)
  }
  const [ofBase, ofLeft, ofRight] = [read(base), read(left), read(right)]
  if (!ofBase || !ofLeft || !ofRight) return undefined
  const ofResult = read(result)
  if (!ofResult) return [{ fault: 'unreadable', path: [] }]
  const roots = { base: ofBase.root, left: ofLeft.root, right: ofRight.root, result: ofResult.root }
  const rules = new DataRules(path, base)
  const clashes = [
    ...findReferenceClashes(ofResult.root, ofLeft.root, ofRight.root),
    ...findNameClashes(path, ofResult.root, ofLeft.root, ofRight.root),
    ...findLockClashes(path, ofResult.root, ofLeft.root, ofRight.root),
    ...findDoubledElements(roots, rules),
  ]
  const losses = findValueLosses(roots, rules)
  return [
    ...findDataFaults(ofResult, ofLeft, ofRight).map((fault) => ({ fault, path: [] })),
    ...clashes.map((name) => ({ fault: 'clash' as const, path: [name] })),
    ...losses.map((path) => ({ fault: 'loss' as const, path })),
  ]
}
