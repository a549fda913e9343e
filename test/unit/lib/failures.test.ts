import assert from 'node:assert/strict'
import { failuresIn } from '../../../src/lib/failures.ts'

describe('what failed', () => {
  const failing = (name: string): AsyncDisposable => ({ [Symbol.asyncDispose]: () => Promise.reject(new Error(name)) })

  it('is told in its order, the work before what closed behind it', async () => {
    const work = async (): Promise<void> => {
      await using _first = failing('closed last')
      await using _second = failing('closed first')
      throw new Error('the work')
    }
    const thrown = await work().catch((error: unknown) => error)
    assert.deepEqual(
      failuresIn(thrown).map((error) => (error as Error).message),
      ['the work', 'closed first', 'closed last'],
    )
  })

  it('is the error itself where nothing else failed', () => {
    const error = new Error('alone')
    assert.deepEqual(failuresIn(error), [error])
    assert.deepEqual(failuresIn('text'), ['text'])
  })
})
