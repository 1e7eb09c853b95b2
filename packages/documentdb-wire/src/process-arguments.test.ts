import { parseWireServerArguments, wireServerArguments } from './process-arguments';

const SERVER = { socketFolder: '/data', port: 27_017 };
const FAULTS = { seed: 7, rate: 0.02 };

test.each([
  { ...SERVER, faults: undefined, portWithoutFaults: undefined },
  { ...SERVER, faults: FAULTS, portWithoutFaults: undefined },
  { ...SERVER, faults: FAULTS, portWithoutFaults: 27_018 },
  { ...SERVER, faults: undefined, portWithoutFaults: 27_018 },
])('the process reads what it was given (%j)', (server) => {
  expect(parseWireServerArguments(wireServerArguments(server))).toEqual(server);
});

test('optional arguments may be absent', () => {
  expect(parseWireServerArguments(['/data', '27017'])).toEqual(SERVER);
});

test('without a folder and a port it says how to use it', () => {
  expect(() => parseWireServerArguments(['/data'])).toThrow('Usage: main <socket folder> <port>');
});
