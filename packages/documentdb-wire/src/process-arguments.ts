import { join } from 'node:path';
import { type FaultSettings, parseFaultSettings } from './faults/faults';

/** One wire server, as a process of its own. */
export interface WireServerProcess {
  /** Folder of the engine's Unix socket. */
  readonly socketFolder: string;
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  /** Faults that commands meet at `port`; none without it. */
  readonly faults?: FaultSettings | undefined;
  /** Another port for the same data, without faults. */
  readonly portWithoutFaults?: number | undefined;
}

/**
 * Absolute path of the program that Node runs, without extension: `.js` in the build, `.ts` in the
 * source.
 */
export const WIRE_SERVER_ENTRY = join(__dirname, 'main');

/** The program's arguments. */
export function wireServerArguments(server: WireServerProcess): string[] {
  const { socketFolder, port, faults, portWithoutFaults } = server;
  return [
    socketFolder,
    String(port),
    faults === undefined ? '' : `${faults.seed}:${faults.rate}`,
    String(portWithoutFaults ?? ''),
  ];
}

/**
 * Parses the result of {@link wireServerArguments}. Optional arguments may be empty or absent.
 * @throws If arguments are missing or malformed.
 */
export function parseWireServerArguments(argv: readonly string[]): WireServerProcess {
  const [socketFolder, port, faults = '', portWithoutFaults = ''] = argv;
  if (socketFolder === undefined || port === undefined) {
    throw new Error('Usage: main <socket folder> <port> [<seed:rate>] [<port without faults>]');
  }
  return {
    socketFolder,
    port: Number(port),
    faults: parseFaultSettings(faults),
    portWithoutFaults: portWithoutFaults === '' ? undefined : Number(portWithoutFaults),
  };
}
