import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ownMergeCases } from '../../../bench/merge-case-files.ts'
import { mergeText } from '../../../src/merge-on-node.ts'
import { mergeVersion } from '../../../src/merge/merge-version.ts'
import { grammarDigests } from '../../../src/merge/syntax/grammar-digests.ts'

/** By merge version: the digest of what it makes of the own cases, and of its grammars. */
const digests: Readonly<Record<number, string>> = {
  2: '610ed9b838683a3afc3d43b39b911a6f',
}

describe('a merge version', () => {
  it('gives the same texts the same results', async function () {
    this.timeout(60_000)
    const hash = createHash('sha256').update(JSON.stringify(grammarDigests))
    for (const { id, path, base, left, right } of ownMergeCases().toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const { status, text } = await mergeText({ path, base, left, right })
      hash.update(JSON.stringify([id, status, status === 'clean' && text]))
    }
    assert.equal(
      hash.digest('hex').slice(0, 32),
      digests[mergeVersion],
      'Peers with another build would not agree. Once a version is released: raise mergeVersion. Until then, and where there are only more cases: write the new digest here.',
    )
  })
})
