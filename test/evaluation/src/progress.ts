/** A bar on a terminal; elsewhere a line now and then. */
export interface Progress {
  step(): void
  end(): void
}

const WIDTH = 30
const EVERY_MS = 15_000

/** @param total how many steps there are in all */
export function createProgress(what: string, total: number, out: NodeJS.WriteStream = process.stderr): Progress {
  // From the first step on, so that what loads before it counts neither in the rate nor in the time left.
  let started = 0
  let done = 0
  let drawn = -Infinity
  const draw = (): void => {
    const now = performance.now()
    if (done < total && now - drawn < (out.isTTY ? 200 : EVERY_MS)) return
    drawn = now
    const text = progressLine(what, done, total, now - started)
    out.write(out.isTTY ? `\r\u001B[2K${text}` : `${text}\n`)
  }
  return {
    step() {
      if (done === 0) started = performance.now()
      done += 1
      draw()
    },
    end() {
      if (out.isTTY) out.write('\n')
    },
  }
}

/** @param elapsedMs since the first step */
export function progressLine(what: string, done: number, total: number, elapsedMs: number): string {
  const share = total === 0 ? 1 : done / total
  const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '·')
  const rate = elapsedMs > 0 ? ((done - 1) / elapsedMs) * 1000 : 0
  const left = rate > 0 ? `, ${duration((total - done) / rate)} left` : ''
  return `${what} ${bar} ${done}/${total} (${rate.toFixed(1)}/s${left})`
}

/** E.g. `1:05` or `2:00:07`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, '0')]
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}
