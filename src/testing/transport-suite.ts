import { describe, it } from 'mocha'
import { transportChecks, type TransportEnds } from './transport-checks.ts'

/** What any single step of a check may take. */
const boundMs = 10_000

/**
 * Runs the checks of the Transport contract as mocha tests. `setup` gives three fresh endpoints, their ids ascending, with
 * signals that reach each other.
 */
export function transportSuite(name: string, setup: () => Promise<TransportEnds>): void {
  describe(`transport ${name}`, function () {
    this.timeout(6 * boundMs)
    for (const check of transportChecks) it(check.name, async () => check.run(await setup(), boundMs))
  })
}
