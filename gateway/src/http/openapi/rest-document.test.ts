import { createTestGateway } from '../../testing/start-test-gateway';
import { createRestDocument } from './rest-document';

describe('the OpenAPI document without a gateway', () => {
  it('the OpenAPI document without a gateway equals the one that a gateway serves', () => {
    expect(createRestDocument()).toEqual(createTestGateway().document);
  });
});
