/** What one run of one side gave: figures by name. */
export type Figures = Readonly<Record<string, number>>

/** How a figure is judged: `must` has to be reached, `goal` is where we want to be. */
export interface Target {
  readonly better: 'more' | 'less'
  readonly must: number
  readonly goal: number
}

/** One line of a table: a figure that was reached, what it was reached beside, and what it is to be. */
export interface Row {
  readonly what: string
  readonly reached: number
  /** `x` for a ratio. */
  readonly unit: 'x' | '%' | 'bytes' | 's' | 'ms'
  readonly target: Target | undefined
  /** What ours and the other side took, in words. */
  readonly ours: string
  readonly reference: string
  /** Counts that show that durable means durable: flushes, signatures, verifications. */
  readonly counts: string
}

/** How much is measured: `quick` to see that it runs, `full` for the sizes that take minutes. */
export type Extent = 'quick' | 'normal' | 'full'

export interface BenchCase {
  readonly name: string
  run(extent: Extent): Promise<readonly Row[]>
}

/** Runs per side; medians are taken. */
export function runsOf(extent: Extent): number {
  return extent === 'quick' ? 2 : 5
}

/**
 * Runs all sides by turns, so that all of them meet the same noise; of each side the median of each figure. What goes between them keeps one from paying
 * for the garbage of another.
 */
export async function interleaved<Side extends string>(
  runs: number,
  sides: Readonly<Record<Side, () => Promise<Figures>>>,
  between: () => void = collectGarbage,
): Promise<Readonly<Record<Side, Figures>>> {
  const names = Object.keys(sides) as Side[]
  const taken = new Map<Side, Figures[]>(names.map((name) => [name, []]))
  for (let run = 0; run < runs; run++)
    for (const name of names) {
      between()
      taken.get(name)!.push(await sides[name]())
    }
  return Object.fromEntries(names.map((name) => [name, medians(taken.get(name)!)])) as Record<Side, Figures>
}

/** Of each figure the median over the runs. */
export function medians(all: readonly Figures[]): Figures {
  const keys = Object.keys(all[0] ?? {})
  return Object.fromEntries(
    keys.map((key) => [
      key,
      quantile(
        all.map((figures) => figures[key]!),
        0.5,
      ),
    ]),
  )
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(at * sorted.length))]!
}

/** CPU time that a piece of work takes in this process, all threads, in ms. On a noisy machine it says more than the clock. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Needs `--expose-gc`; without it memory is what the collector leaves. */
export function collectGarbage(): void {
  globalThis.gc?.()
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}
