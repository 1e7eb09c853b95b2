import { processMedians } from './table';

const round = (requests: number, cpuMs: number, rssMb: number) => ({
  figures: {},
  answers: { 201: requests - 1, 409: 1 },
  processes: [{ name: 'gateway', cpuMs, rssMb }],
});

describe('the table of processes', () => {
  it('CPU time is divided by all responses, and the median round counts', () => {
    const rounds = [round(100, 50, 90), round(100, 500, 110), round(200, 140, 100)];
    expect(processMedians(rounds)).toEqual([{ name: 'gateway', cpuMsPerRequest: 0.7, rssMb: 100 }]);
  });

  it('without rounds there are no processes', () => {
    expect(processMedians([])).toEqual([]);
  });
});
