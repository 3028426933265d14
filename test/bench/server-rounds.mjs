// What the benches of the server have in common: arrivals by chance, and what they cost.
import { readFileSync } from 'node:fs'

/** Until the first evidence comes, and until the last is answered, seconds. */
export const FILM_SECONDS = 10
const TICKS = 100
/** Sessions of each round whose findings are read. */
export const TOLD = 60

export const rounded = (value, digits = 0) => Math.round(value * 10 ** digits) / 10 ** digits
export const sum = (values) => values.reduce((left, right) => left + right, 0)
const quantile = (values, p) => [...values].sort((left, right) => left - right)[Math.round(p * (values.length - 1))] ?? NaN
const told = (values) => ({ p50: rounded(quantile(values, 0.5)), p99: rounded(quantile(values, 0.99)), most: rounded(Math.max(...values)) })

/** CPU seconds of a process so far, and its resident bytes. */
export function processUse(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS, rssMb: (Number(fields[21]) * 4096) / 2 ** 20 }
}

/** CPU seconds of the machine so far that were not idle. */
export function machineUse() {
  const [user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/u).slice(1).map(Number)
  return (user + nice + system + irq + softirq + steal) / TICKS
}

/** Means of each stage. */
export const means = (all) =>
  Object.fromEntries(
    [...new Set(all.flatMap((one) => Object.keys(one)))].map((name) => [name, rounded(sum(all.map((one) => one[name] ?? 0)) / all.length, 1)]),
  )

/** CPU and memory of the servers, the generator and the rest of the machine, from now on. */
function watch(servers) {
  const [rss, began] = [[], performance.now()]
  const used = () => ({
    servers: sum(servers.map(({ process: { pid } }) => processUse(pid).cpu)),
    own: processUse(process.pid).cpu,
    all: machineUse(),
  })
  const before = used()
  const timer = setInterval(() => {
    // A server that is gone has no memory; who sends to it says so.
    if (servers.every(({ process: { exitCode } }) => exitCode === null)) rss.push(sum(servers.map(({ process: { pid } }) => processUse(pid).rssMb)))
  }, 1000)
  return () => {
    clearInterval(timer)
    const [now, seconds] = [used(), (performance.now() - began) / 1000]
    const [server, generator] = [now.servers - before.servers, now.own - before.own]
    const cores = { server, generator, others: now.all - before.all - server - generator }
    return { rss, cores: Object.fromEntries(Object.entries(cores).map(([name, cpu]) => [name, rounded(cpu / seconds, 2)])) }
  }
}

/** Arrivals by chance at `rate` for `seconds`, each of somebody new, each message to the next of the servers. */
async function arrivals({ bench, films, servers, keys, crowd, rate, seconds }) {
  const [exchanges, done, going] = [[], [], []]
  let turns = 0
  const send = (message) => fetch(new URL(message.path, servers[turns++ % servers.length].address), message)
  const attends = bench.loadOf(send, keys, films, (exchange) => exchanges.push(exchange))
  const began = performance.now()
  for (let at = 0, turn = 0; at < seconds; at += -Math.log(1 - Math.random()) / rate, turn += 1) {
    await bench.sleep(Math.max(0, began + at * 1000 - performance.now()))
    const person = crowd.pop()
    if (person === undefined) throw new Error('too few people')
    going.push(attends(person, turn).then((one) => done.push({ ...one, endMs: performance.now() - began })))
  }
  await Promise.all(going)
  return { exchanges, done }
}

/** {@link arrivals}, and what they cost: a row of the report, the sessions whose findings may be read, memory second by second. */
export async function round(wishes) {
  const { rate, seconds, servers } = wishes
  const cost = watch(servers)
  const { exchanges, done } = await arrivals(wishes)
  const { rss, cores } = cost()
  const admitted = done.filter(({ outcome }) => outcome === 'admitted')
  const posts = exchanges.filter(({ kind, status }) => kind === 'check-ins' && status === 200)
  // Between the first evidence and the end of the arrivals.
  const steady = admitted.filter(({ endMs }) => endMs >= FILM_SECONDS * 1000 && endMs <= seconds * 1000).length / (seconds - FILM_SECONDS)
  const outcomes = [...new Set(done.map(({ outcome }) => outcome))].map((name) => [name, done.filter(({ outcome }) => outcome === name).length])
  const row = {
    ...{ rate, arrived: done.length, outcomes: Object.fromEntries(outcomes), perSecond: rounded(steady, 2) },
    ...{ postMs: told(posts.map(({ ms }) => ms)), decisionMs: told(admitted.map(({ wholeMs }) => wholeMs)) },
    stepMs: told(exchanges.filter(({ kind }) => kind === 'sessions/steps').map(({ ms }) => ms)),
    busy503: exchanges.filter(({ status }) => status === 503).length,
    otherStatuses: [...new Set(exchanges.map(({ status }) => status).filter((status) => ![200, 201, 503].includes(status)))],
    evidenceKb: rounded(sum(admitted.map(({ bytes }) => bytes)) / admitted.length / 1024),
    ...{ rssMb: { first: rounded(rss[0]), last: rounded(rss.at(-1)), most: rounded(Math.max(...rss)) }, cores },
  }
  return { row, rss, sids: admitted.slice(-TOLD).map(({ sid }) => sid) }
}

/** The server's own timings of sessions, means. */
export async function timingsOf({ address, keys, sids }) {
  const headers = { authorization: `Bearer ${keys.officer}` }
  const all = await Promise.all(
    sids.map(async (sid) => (await (await fetch(new URL(`/v1/sessions/${sid}/findings`, address), { headers })).json()).findings.timingsMs),
  )
  return means(all)
}

/** Until the models are proven. */
export async function untilReady(bench, address) {
  while (!(await fetch(new URL('/health', address))).ok) await bench.sleep(200)
}
