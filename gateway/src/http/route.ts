import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scope } from '@flashreserve/contracts';
import type { ErrorReason, RPC_REASONS } from '@flashreserve/contracts/errors';
import type { Principal } from '@flashreserve/identity';
import type { Logger } from '@flashreserve/ops';
import type { UnaryCallOptions } from '@flashreserve/rpc';
import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { ServiceName } from '../grpc/service-error';
import type { SiteGuard } from './middleware/cross-site';
import type { Tag } from './openapi/tags';
import type { Page } from './pages/page';
import type { PreparedAnswer } from './prepared-answer';

type Headers = Readonly<Record<string, string>>;

export type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Who may call a route: anyone (`public`: tokens are ignored; `optional-user`: a valid user token
 * is used, an expired one refused, any other ignored), a logged-in `user`, or an `admin`. A
 * `customer` is a user, or an API client that acts for one; a `manager` is an administrator or an
 * API client. API clients need the route's `scope`.
 */
export type Access = 'public' | 'optional-user' | 'user' | 'customer' | 'admin' | 'manager';

export type UserPrincipal = Extract<Principal, { kind: 'user' }>;
export type ClientPrincipal = Extract<Principal, { kind: 'client' }>;
type Anonymous = Extract<Principal, { kind: 'anonymous' }>;

interface PrincipalByAccess {
  readonly public: Anonymous;
  readonly 'optional-user': UserPrincipal | Anonymous;
  readonly user: UserPrincipal;
  readonly customer: UserPrincipal | ClientPrincipal;
  readonly admin: UserPrincipal;
  readonly manager: UserPrincipal | ClientPrincipal;
}
type PrincipalOf<A extends Access> = PrincipalByAccess[A];

/** Context of a request, beyond its input. */
export interface RouteContext<A extends Access = Access> {
  readonly principal: PrincipalOf<A>;
  /**
   * Options for calls to services: deadline, request id, cancellation when the client disconnects,
   * and the caller's own token, so that services authorize on their own. Without a token on public
   * routes.
   */
  readonly call: UnaryCallOptions & { readonly requestId: string };
  /** The client's IP address as reported by the proxies that `TRUST_PROXY_HOPS` trusts. */
  readonly clientAddress: string;
  /** The `Cookie` header, for the pages under `/admin`. */
  readonly cookie: string | undefined;
  readonly log: Logger;
}

/** Schemas of the parts of a request. Header names are case-insensitive. */
export interface RequestSchemas {
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  /** The body is optional if the schema accepts undefined. Without a schema: no body, or `{}`. */
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

/** A successful response: JSON with a schema, a page, an event stream, or no content. */
export interface ResponseSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** For streams: schema of the JSON in each event's `data`. Its id is its name in the document. */
  readonly event?: z.ZodType;
  /** Set for pages and streams. */
  readonly mediaType?: 'text/html' | 'text/event-stream';
  /** Names and descriptions of headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type ResponseSpecs = Readonly<Record<number, ResponseSpec>>;

/** Writes events to a response whose headers have been sent, and eventually ends it. */
export type WriteStream = (res: ServerResponse) => void;

export interface Reply {
  readonly status: number;
  readonly headers?: Headers;
  readonly body?: unknown;
  readonly page?: Page;
  readonly stream?: WriteStream;
  /** Sent with its ETag, or as 304 if the client has it. */
  readonly prepared?: PreparedAnswer;
}

type ContentOf<Spec> = Spec extends { readonly schema: infer Schema extends z.ZodType }
  ? { readonly body: z.output<Schema> } | { readonly prepared: PreparedAnswer<z.output<Schema>> }
  : Spec extends { readonly mediaType: 'text/html' }
    ? { readonly page: Page }
    : Spec extends { readonly mediaType: 'text/event-stream' }
      ? { readonly stream: WriteStream }
      : { readonly body?: never };

/** All replies that a route's declared responses allow. */
export type ReplyOf<R extends ResponseSpecs> = {
  [Status in keyof R & number]: {
    readonly status: Status;
    readonly headers?: Headers;
  } & ContentOf<R[Status]>;
}[keyof R & number];

/** A JSON reply. */
export const json = <const Status extends number, Body>(
  status: Status,
  body: Body,
  headers: Headers = {},
) => ({ status, headers, body });

/** A JSON reply that may be sent to several clients. */
export const prepared = <Body>(answer: PreparedAnswer<Body>) => ({
  status: 200 as const,
  prepared: answer,
});

/** A reply without content. */
export const empty = <const Status extends number>(status: Status, headers: Headers = {}) => ({
  status,
  headers,
});

/** An HTML reply. */
export const html = <const Status extends number>(status: Status, page: Page) => ({ status, page });

/** An event stream that lasts until the client disconnects or the gateway stops. */
export const events = <const Status extends number>(status: Status, stream: WriteStream) => ({
  status,
  stream,
});

/** Description of a route, for the server and the OpenAPI document. */
interface RouteDescription {
  readonly method: HttpMethod;
  /** Path in Express syntax, for example `/products/:productId`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  readonly access: Access;
  /** What an API client needs for a route of `customer` or `manager`. */
  readonly scope?: Scope;
  /** The body is a form (`application/x-www-form-urlencoded`) instead of JSON. */
  readonly takesForm?: true;
  readonly request: RequestSchemas;
  readonly requestExamples?: Readonly<Record<string, Example>>;
  readonly responses: ResponseSpecs;
  /** Services that the route calls; each adds its unavailability errors. */
  readonly services: readonly ServiceName[];
  /** RPCs that the route calls; the reasons in their comments are the route's, too. */
  readonly rpcs?: readonly (keyof typeof RPC_REASONS)[];
  /** Error reasons of the gateway itself beyond those implied by access and input. */
  readonly errors: readonly ErrorReason[];
  readonly timeLimitMs?: number;
  /** Ignores unknown query parameters, for pages opened by links with added parameters. */
  readonly ignoresQuery?: true;
  /** Hot route: bypasses the Express router (ADR 8); see `hot-lane.ts`. */
  readonly hot?: true;
  /**
   * The answer to a request that is not worth more work: it is sent without Express, and without
   * reading the rest of the request. For routes that anyone may call.
   */
  readonly recall?: (req: IncomingMessage) => PreparedAnswer | undefined;
  /** Rejects browser requests from pages of other sites, as the route sets or uses a cookie. */
  readonly sameSiteOnly?: SiteGuard['refuseCrossSite'];
  /** Maps field names in errors of services to this route's: JSON pointer to JSON pointer. */
  readonly fieldNames?: Readonly<Record<string, string>>;
}

/** A route: one method on one path. */
export interface Route extends RouteDescription {
  /** Refuses by throwing a DomainError, at once if it knows the answer. */
  readonly handle: (input: RequestInput, context: RouteContext) => Promise<Reply>;
}

/** A subtree served by its own middleware, for all methods; documented as a single GET. */
export interface Subtree extends RouteDescription {
  readonly method: 'get';
  readonly middleware: readonly RequestHandler[];
  /** Alternatives to a bearer token, as OpenAPI security requirements. */
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}

export type TableEntry = Route | Subtree;

export const isSubtree = (entry: TableEntry): entry is Subtree => 'middleware' in entry;

/** Creates a table entry: type-checks the handler against its schemas, then erases their types. */
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
