import { fileURLToPath } from 'node:url'
import { startSignalingServer } from '../signaling/server/index.ts'
import { interleaved, quantile, round, type BenchCase, type Extent, type Figures, type Row } from './harness.ts'
import { countsText } from './counters.ts'
import { TalkingChild } from './talking-child.ts'

/** Exchanges until everything is compiled. */
const warmUp = 30
const program = fileURLToPath(new URL('./visible-child.js', import.meta.url))

/** From an edit in one process until it is visible in another, over WebRTC. */
export const webrtcVisible: BenchCase = {
  name: 'edit to visible',
  async run(extent) {
    const count = extent === 'quick' ? 100 : 500
    const { room, stock, floor } = await interleaved(runs(extent), {
      room: () => exchange('room', count),
      stock: () => exchange('y-webrtc', count),
      floor: () => exchange('floor', count),
    })
    return (['p50', 'p99'] as const).flatMap((at): readonly Row[] => {
      const what = `edit to visible at the other peer over WebRTC, ${at}`
      const ours = `${round(room[at]!)} ms, durable at the author, signed, sealed`
      const bareFlush = `${round(floor[at]!)} ms, y-webrtc with one bare flush, signature and verification`
      return [
        {
          what,
          reached: room[at]! / stock[at]!,
          unit: 'x',
          target: { better: 'less', must: 2, goal: 1 },
          ours,
          reference: `${round(stock[at]!)} ms, y-webrtc in memory`,
          counts: `${countsText(room)} of both for ${count - 1} edits`,
        },
        { what, reached: room[at]! / floor[at]!, unit: 'x', target: undefined, ours, reference: bareFlush, counts: '' },
        {
          what: `the least that it can be, ${at}`,
          reached: floor[at]! / stock[at]!,
          unit: 'x',
          target: undefined,
          ours: bareFlush,
          reference: `${round(stock[at]!)} ms, y-webrtc in memory`,
          counts: '',
        },
      ]
    })
  },
}

function runs(extent: Extent): number {
  return extent === 'quick' ? 1 : 3
}

async function exchange(kind: 'room' | 'y-webrtc' | 'floor', count: number): Promise<Figures> {
  await using server = await startSignalingServer()
  const start = (place: string, ...more: readonly string[]): TalkingChild =>
    new TalkingChild(program, [kind, place, server.url, String(count), ...more])
  await using first = start('first')
  const { ticket } = (await first.hears('ticket')) as { readonly ticket: string }
  await using second = start('second', ...(kind === 'room' ? [ticket] : []))
  await Promise.all([first.hears('ready'), second.hears('ready')])
  // Both have begun to look for each other: the first edit travels as soon as there is a link.
  first.tell('begin')
  await second.hears('linked')
  first.tell('go on')
  const [typed, seen] = (await Promise.all([first.hears('times'), second.hears('times')])) as [Times, Times]
  // Where several came at once, all of them were seen with the last.
  const delays = typed.times
    .map((at, length) => seen.times.slice(length).find((seenAt) => seenAt !== null)! - at!)
    .slice(warmUp)
  const counts: Record<string, number> = {}
  for (const side of [typed, seen])
    for (const [name, value] of Object.entries(side.counts)) counts[name] = (counts[name] ?? 0) + value
  return { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), ...counts }
}

interface Times {
  readonly times: readonly (number | null)[]
  readonly counts: Figures
}
