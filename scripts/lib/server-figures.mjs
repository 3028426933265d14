// The tables of docs/guide/scaling.md, from docs/evaluation/server-load.json and server-soak.json.

/** @param read an evaluation by name @param table a Markdown table */
export const serverBlocks = (read, table) => ({
  'server-load': () => {
    const { results, peer, ratios, machine } = read('server-load')
    const rows = results.map(({ workers, rate, perSecond, postMs, busy503, rssMb, cores }) => [
      ...[workers, rate, perSecond, `${postMs.p50} ms`, `${postMs.p99} ms`, busy503, `${rssMb.first} to ${rssMb.last} MB`, cores.server],
    ])
    const alone = peer.map(({ workers, perSecond, cpuSecondsEach }) => `${perSecond} a second with ${workers} (${cpuSecondsEach} CPU seconds each)`)
    return [
      `${machine}; the load generator shares the cores.`,
      '',
      table(['threads', 'arrivals a second', 'admitted a second', 'POST, median', '99 %', '503', 'memory, first to last', 'cores used'], rows),
      '',
      `The same verifications without a server around them: ${alone.join(', ')}; the second thread gives ${ratios.peerTwoOverOne} times the first.`,
    ].join('\n')
  },
  'server-soak': () => {
    const { soak, instances } = read('server-soak')
    const rows = instances.map(({ instances: count, workers, rate, perSecond, postMs, busy503, rssMb, cores }) => [
      ...[count, workers, rate, perSecond, `${postMs.p50} ms`, `${postMs.p99} ms`, busy503, `${rssMb.last} MB`],
      ...[cores.server, cores.others],
    ])
    const heads = [
      'instances',
      'threads each',
      'arrivals a second',
      'admitted a second',
      'POST, median',
      '99 %',
      '503',
      'memory of all',
      'cores used',
      'PostgreSQL’s',
    ]
    return [
      `${soak.outcomes.admitted} of ${soak.arrived} check-ins at ${soak.rate} a second for ${soak.seconds / 60} minutes admitted; resident memory, mean of each minute, MB: ${soak.rssMbByMinute.join(', ')}.`,
      '',
      table(heads, rows),
    ].join('\n')
  },
})
