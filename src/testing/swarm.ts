import type { NetworkFaults } from './network-conditions.ts'
import type { DiskFaults } from './sim-disk.ts'
import type { SimRandom } from './sim-random.ts'

/** A network without faults: what remains is a little time. */
export const calmNetwork: NetworkFaults = {
  minDelayMs: 1,
  meanDelayMs: 4,
  bytesPerMs: 10_000,
  signalLoss: 0,
  signalDuplicate: 0,
  signalDetour: 0,
  dialFailure: 0,
  linkStall: 0,
  meanStallMs: 0,
  linkDeath: 0,
  halfOpen: 0,
}

/** A disk without faults. */
export const calmDisk: DiskFaults = { meanFlushMs: 2, slowFlush: 0, slowFlushMs: 0, full: 0, fullMs: 0 }

/**
 * The faults of one seed. Each kind is off in a third of the seeds and anything up to its greatest chance in the others:
 * a fault that is always on hides what happens without it.
 */
export function drawNetworkFaults(random: SimRandom): NetworkFaults {
  return {
    minDelayMs: random.between(0.1, 20),
    meanDelayMs: random.between(1, 200),
    bytesPerMs: random.between(100, 20_000),
    signalLoss: drawChance(random, 0.4),
    signalDuplicate: drawChance(random, 0.3),
    signalDetour: drawChance(random, 0.3),
    dialFailure: drawChance(random, 0.4),
    linkStall: drawChance(random, 0.02),
    meanStallMs: random.between(100, 5000),
    linkDeath: drawChance(random, 0.004),
    halfOpen: drawChance(random, 0.8),
  }
}

/** The faults of one disk, drawn alike. */
export function drawDiskFaults(random: SimRandom): DiskFaults {
  return {
    meanFlushMs: random.between(0.05, 30),
    slowFlush: drawChance(random, 0.05),
    slowFlushMs: random.between(100, 5000),
    full: drawChance(random, 0.02),
    fullMs: random.between(100, 20_000),
  }
}

function drawChance(random: SimRandom, greatest: number): number {
  const chance = random.between(0, greatest)
  return random.chance(1 / 3) ? 0 : chance
}
