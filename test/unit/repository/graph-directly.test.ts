import assert from 'node:assert/strict'
import type { ObjectId } from '../../../src/contracts/ids.ts'
import { byDescent, drawCommits } from '../../../src/repository/graph-directly.ts'

/** `M:a,b` is a commit M with the parents a and b. */
function drawn(...commits: readonly string[]): readonly string[] {
  const parsed = commits.map((text) => {
    const [commit, parents = ''] = text.split(':') as [ObjectId, string?]
    return { commit, parents: parents.split(',').filter(Boolean) as ObjectId[] }
  })
  return Array.from(drawCommits(byDescent(parsed)), ({ drawing, commit }) => drawing + (commit ? ` ${commit}` : ''))
}

describe('the graph of commits, drawn without git', () => {
  it('is that of git for one line, a branch, and a merge', () => {
    assert.deepEqual(drawn('c:b', 'b:a', 'a'), ['* c', '* b', '* a'])
    assert.deepEqual(drawn('m:b,c', 'c:a', 'b:a', 'a'), ['* m', '|\\', '| * c', '* | b', '|/', '* a'])
    assert.deepEqual(drawn('b:a', 'c:a', 'a'), ['* b', '| * c', '|/', '* a'])
  })

  it('goes around what stands between, and closes the gap of a line that ends', () => {
    assert.deepEqual(drawn('x:a', 'y:b', 'z:a', 'b:a', 'a'), ['* x', '| * y', '| * b', '|/', '| * z', '|/', '* a'])
    assert.deepEqual(drawn('x:a', 'm:b,a', 'b:a', 'a'), ['* x', '| * m', '| |\\', '| |/', '|/|', '| * b', '|/', '* a'])
    assert.deepEqual(drawn('x:a', 'r', 'z:a', 'a'), ['* x', '| * r', '| * z', '|/', '* a'])
    assert.deepEqual(drawn('m:r,a', 'x:a', 'r', 'a'), ['* m', '|\\', '* | r', ' /', '| * x', '|/', '* a'])
    assert.deepEqual(drawn('o:a,b,c', 'c', 'b', 'a'), ['* o', '|\\', '| |\\', '| | * c', '| * b', '* a'])
  })

  it('shows no commit before its children, and a merged line before what it was merged into', () => {
    assert.deepEqual(
      drawn('a:r', 'm:b,c', 'b:r', 'c:r', 'r')
        .filter((line) => line.includes('*'))
        .map((line) => line.at(-1)),
      ['a', 'm', 'c', 'b', 'r'],
    )
  })
})
