import assert from 'node:assert/strict'
import type { Context } from 'mocha'
import { findProgram, needs, needsProgram } from '../../support/needs.ts'

describe('what a suite needs', () => {
  const ci = process.env['CI']
  afterEach(() => {
    if (ci === undefined) delete process.env['CI']
    else process.env['CI'] = ci
  })

  /** Runs a hook as mocha would, and tells what became of its suite. */
  function outcomeOf(hook: (this: Context) => void): string {
    const parent = { title: 'suite' }
    let skipped = false
    const context = { test: { parent }, skip: () => (skipped = true) } as unknown as Context
    try {
      hook.call(context)
    } catch (error) {
      return `failed: ${(error as Error).message}`
    }
    return skipped ? `skipped: ${parent.title}` : 'runs'
  }

  it('is there: the suite runs', () => {
    process.env['CI'] = 'true'
    assert.equal(outcomeOf(needsProgram('git')), 'runs')
    assert.match(findProgram('git') ?? '', /\/git$/)
  })

  it('is missing: the suite is skipped by name, and fails in CI', () => {
    const hook = needs('a moon', () => false, true)
    process.env['CI'] = ''
    assert.equal(outcomeOf(hook), 'skipped: suite (skipped: needs a moon)')
    process.env['CI'] = 'true'
    assert.match(outcomeOf(hook), /^failed: .*a moon/)
  })

  it('cannot be installed: the suite is skipped in CI, too', () => {
    process.env['CI'] = 'true'
    assert.equal(outcomeOf(needs('a moon', () => false, false)), 'skipped: suite (skipped: needs a moon)')
  })

  it('has to be a program of the table', () => {
    assert.throws(() => needsProgram('no-such-program'), /programs\.json/)
  })
})
