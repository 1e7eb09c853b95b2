import { z } from 'zod';

const product = z.object({ productId: z.string() });
const session = z.object({ accessToken: z.string() });

const post = async (url: string, body: unknown, token?: string): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
};

/** Logs in and returns the access token. */
export const login = async (url: string, email: string, password: string): Promise<string> =>
  session.parse(await post(`${url}/auth/login`, { email, password })).accessToken;

/** Creates a product and returns its id. */
export const createProduct = async (url: string, token: string, stock: number): Promise<string> => {
  const body = { name: 'Benchmark product', price: 79.5, stockQuantity: stock };
  return product.parse(await post(`${url}/products`, body, token)).productId;
};
