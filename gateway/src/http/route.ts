import type { ServerResponse } from 'node:http';
import type { Principal } from '@flashreserve/identity';
import type { Logger } from '@flashreserve/ops';
import type { UnaryCallOptions } from '@flashreserve/rpc';
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { ServiceName } from '../grpc/service-error';
import type { ErrorReason } from './error-catalogue';
import type { SiteGuard } from './middleware/cross-site';
import type { Tag } from './openapi/tags';
import type { Page } from './pages/page';

type Headers = Readonly<Record<string, string>>;

export type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Who may call a route: anyone (`public`: a token is not even looked at; `optional-user`: a good token of a
 * user is used, any other ignored), a logged-in `user`, or an `admin`.
 */
export type Access = 'public' | 'optional-user' | 'user' | 'admin';

export type UserPrincipal = Extract<Principal, { kind: 'user' }>;
type Anonymous = Extract<Principal, { kind: 'anonymous' }>;

type PrincipalOf<A extends Access> = A extends 'public'
  ? Anonymous
  : A extends 'optional-user'
    ? UserPrincipal | Anonymous
    : UserPrincipal;

/** What a handler knows about the request beyond its input. */
export interface RouteContext<A extends Access = Access> {
  readonly principal: PrincipalOf<A>;
  /**
   * Options for calls to services: deadline, request id, cancellation when the client has gone, and the user's
   * own token, so that services decide for themselves. Public routes have no token here.
   */
  readonly call: UnaryCallOptions & { readonly requestId: string };
  /**
   * The client's IP address, as the proxies tell it that `TRUST_PROXY_HOPS` believes; of hot routes, which do without
   * express, the peer's.
   */
  readonly clientAddress: string;
  /** The `Cookie` header, for the pages under `/admin`. */
  readonly cookie: string | undefined;
  readonly log: Logger;
}

/** Schemas of the parts of a request. Header names are matched without regard to case. */
export interface RequestSchemas {
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** A schema that takes undefined makes the body optional. Without one only no body or `{}` is taken. */
  readonly body?: z.ZodType;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface RequestInput<S extends RequestSchemas = RequestSchemas> {
  readonly path: Output<S['path']>;
  readonly query: Output<S['query']>;
  readonly headers: Output<S['headers']>;
  readonly body: Output<S['body']>;
}

export interface Example {
  readonly summary: string;
  readonly value: unknown;
}

/** One answer of a route that is not an error: JSON of a schema, a page, a stream of events, or nothing. */
export interface ResponseSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** Of streams: the JSON in the `data` of each event. Has an id, by which the document names it. */
  readonly event?: z.ZodType;
  /** Set for pages and streams. */
  readonly mediaType?: 'text/html' | 'text/event-stream';
  /** Names and descriptions of headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type ResponseSpecs = Readonly<Record<number, ResponseSpec>>;

/** Writes events into a response whose headers have been sent, and ends it some day. */
export type WriteStream = (res: ServerResponse) => void;

export interface Reply {
  readonly status: number;
  readonly headers?: Headers;
  readonly body?: unknown;
  readonly page?: Page;
  readonly stream?: WriteStream;
}

type ContentOf<Spec> = Spec extends { readonly schema: infer Schema extends z.ZodType }
  ? { readonly body: z.output<Schema> }
  : Spec extends { readonly mediaType: 'text/html' }
    ? { readonly page: Page }
    : Spec extends { readonly mediaType: 'text/event-stream' }
      ? { readonly stream: WriteStream }
      : { readonly body?: never };

/** Every reply that a route's declared responses allow. */
export type ReplyOf<R extends ResponseSpecs> = {
  [Status in keyof R & number]: {
    readonly status: Status;
    readonly headers?: Headers;
  } & ContentOf<R[Status]>;
}[keyof R & number];

/** Answers with JSON. */
export const json = <const Status extends number, Body>(
  status: Status,
  body: Body,
  headers: Headers = {},
) => ({ status, headers, body });

/** Answers with headers only. */
export const empty = <const Status extends number>(status: Status, headers: Headers = {}) => ({
  status,
  headers,
});

/** Answers with a page for people. */
export const html = <const Status extends number>(status: Status, page: Page) => ({ status, page });

/** Answers with events for as long as somebody listens. */
export const events = <const Status extends number>(status: Status, stream: WriteStream) => ({
  status,
  stream,
});

/** What is documented about a route. */
interface RouteDescription {
  readonly method: HttpMethod;
  /** Path as express takes it, for example `/products/:productId`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  readonly access: Access;
  readonly request: RequestSchemas;
  readonly requestExamples?: Readonly<Record<string, Example>>;
  readonly responses: ResponseSpecs;
  /** Services that the route calls; each brings the errors of its absence. */
  readonly services: readonly ServiceName[];
  /** Reasons beyond those that follow from access, input and services. */
  readonly errors: readonly ErrorReason[];
  readonly timeLimitMs?: number;
  /** Of pages that people open by links, which may carry parameters that others have added. */
  readonly ignoresQuery?: true;
  /** Thousands take it in the same second, so it does without the router; see `hot-lane.ts`. */
  readonly hot?: true;
  /** Refuses what a browser sends from a page of another site, because the route sets or uses a cookie. */
  readonly sameSiteOnly?: SiteGuard['refuseCrossSite'];
  /** Where the fields that services name in their errors stand in this route: pointer to pointer. */
  readonly fieldNames?: Readonly<Record<string, string>>;
}

/** A route that answers one method on one path. */
export interface Route extends RouteDescription {
  readonly handle: (input: RequestInput, context: RouteContext) => Promise<Reply>;
}

/** A route whose whole subtree, whatever the method, belongs to middleware of its own; documented as one GET. */
export interface Subtree extends RouteDescription {
  readonly method: 'get';
  readonly middleware: readonly RequestHandler[];
  /** Other ways to be let in than a bearer token, as OpenAPI security requirements. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

export type TableEntry = Route | Subtree;

export const isSubtree = (entry: TableEntry): entry is Subtree => 'middleware' in entry;

/** Makes a table entry whose handler is checked against its own schemas, and forgets their types. */
export const defineRoute = <
  const A extends Access,
  const S extends RequestSchemas,
  const R extends ResponseSpecs,
>(
  spec: Omit<RouteDescription, 'access' | 'request' | 'responses'> & {
    readonly access: A;
    readonly request: S;
    readonly responses: R;
    readonly handle: (input: RequestInput<S>, context: RouteContext<A>) => Promise<ReplyOf<R>>;
  },
): Route => spec as unknown as Route;
