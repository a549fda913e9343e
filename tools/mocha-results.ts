import { writeFileSync } from 'node:fs'
import Mocha from 'mocha'

/** The counts of one test run, as `.ci/run` reads them. */
export interface Results {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Mocha's spec reporter that also writes the counts of the run as JSON: `--reporter-option output=FILE`. */
class ResultsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const { output } = (options.reporterOptions ?? {}) as { readonly output?: string }
    if (!output) throw new Error('the reporter needs --reporter-option output=FILE')
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats
      const results: Results = { passed: passes, failed: failures, skipped: pending }
      writeFileSync(output, JSON.stringify(results) + '\n')
    })
  }
}

// oxlint-disable-next-line import/no-default-export -- mocha takes a reporter by its default export
export default ResultsReporter
