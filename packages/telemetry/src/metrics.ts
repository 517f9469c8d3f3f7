import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram } from 'prom-client';

export interface Metrics {
  registry: Registry;
  counter(name: string, help: string, labelNames?: string[]): Counter;
  gauge(name: string, help: string, labelNames?: string[]): Gauge;
  /** A gauge whose value is read at each scrape. */
  observe(name: string, help: string, read: () => number): void;
  histogram(name: string, help: string, buckets: number[], labelNames?: string[]): Histogram;
}

/** Prometheus metrics of one process, all named `hikyaku_…`. Labels never carry tenants, addresses or ids: their number must stay bounded. `labels`: of every number here. */
export function createMetrics(app: string, labels: Record<string, string> = {}): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ app, ...labels });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    counter: (name, help, labelNames = []) => new Counter({ name: `hikyaku_${name}`, help, labelNames, registers }),
    gauge: (name, help, labelNames = []) => new Gauge({ name: `hikyaku_${name}`, help, labelNames, registers }),
    observe: (name, help, read) => {
      new Gauge({
        name: `hikyaku_${name}`,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    histogram: (name, help, buckets, labelNames = []) =>
      new Histogram({ name: `hikyaku_${name}`, help, buckets, labelNames, registers }),
  };
}
