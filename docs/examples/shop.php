<?php
// A shop's checkout for PHP 8 without packages: FLASHRESERVE_KEY=fr_... php -S localhost:4001 shop.php
define('FLASHRESERVE', getenv('FLASHRESERVE_URL') ?: 'http://localhost:3000');
define('PROVIDER', getenv('PROVIDER_URL') ?: 'http://localhost:4000');
const SAY = [
    'OUT_OF_STOCK' => 'Sold out for now. Units come back when others give up: try again in a few minutes.',
    'OPEN_HOLDS_LIMITED' => 'You hold as much as one customer may. Pay for it or give it up first.',
    'PRODUCT_NOT_FOUND' => 'This is not on sale.',
    'RESERVATION_EXPIRED' => 'That took too long. Please order again.',
];
const SORRY = 'Something went wrong on our side. You were not charged.';

/** Sends a request until it has an outcome: all attempts with one key are one request. */
function call(string $method, string $url, ?array $body = null, ?string $key = null): array
{
    $headers = ['content-type: application/json'];
    if (str_starts_with($url, FLASHRESERVE . '/')) {
        $headers[] = 'authorization: Bearer ' . getenv('FLASHRESERVE_KEY');
    }
    if ($key !== null) {
        $headers[] = "idempotency-key: $key";
    }
    $http = ['method' => $method, 'header' => $headers, 'timeout' => 10, 'ignore_errors' => true];
    $http['content'] = $body === null ? '' : json_encode($body);
    for ($attempt = 1; $attempt <= 5; $attempt++) {
        $seconds = 0.1 * 2 ** $attempt * (1 + lcg_value());
        $stream = @fopen($url, 'r', false, stream_context_create(['http' => $http]));
        $answer = $stream ? json_decode(stream_get_contents($stream), true) : null;
        if ($answer !== null) {
            $head = implode("\n", stream_get_meta_data($stream)['wrapper_data']);
            $answer['http'] = (int) substr($head, 9, 3);
            $wait = preg_match('/^retry-after: (\d+)/mi', $head, $found) ? (int) $found[1] : 0;
            if (!in_array($answer['http'], [408, 429, 500, 502, 503, 504]) || $wait > 5) {
                return $answer;
            }
            $seconds = max($seconds, $wait);
        }
        usleep((int) ($seconds * 1_000_000));
    }
    throw new RuntimeException("$method $url has no outcome.");
}

/** Holds the units, then asks for the money. Your session knows the customer; here the body does. */
function checkout(array $order): array
{
    $terms = ['customerId' => $order['customerId'], 'quantity' => $order['quantity']];
    $terms['externalReference'] = $order['orderId'];
    $held = call('POST', FLASHRESERVE . "/reservations/$order[productId]", $terms, $order['orderId']);
    if ($held['http'] >= 400) {
        error_log("Order $order[orderId]: " . json_encode($held));
        return [409, ['message' => SAY[$held['reason']] ?? SORRY]];
    }
    if ($held['status'] !== 'PENDING') {
        return [409, ['message' => "This order is $held[status]."]];
    }
    $reference = $held['reservationId'];
    $payment = ['amount' => $held['total'], 'currency' => $held['currency'], 'reference' => $reference];
    $created = call('POST', PROVIDER . '/payments', $payment, $reference);
    return [200, ['reservationId' => $reference, 'payUrl' => $created['payUrl']]];
}

/** A payment has changed. Anybody can send a webhook, so ask the provider what is true. */
function webhook(array $event): array
{
    $url = PROVIDER . "/payments/$event[paymentId]";
    $payment = call('GET', $url);
    if (($payment['status'] ?? '') !== 'paid') {
        return [200, ['outcome' => 'nothing to do']];
    }
    $reservation = FLASHRESERVE . "/reservations/$payment[reference]";
    $sold = call('POST', "$reservation/confirm");
    if (($sold['reason'] ?? '') === 'RESERVATION_EXPIRED') {
        $sold = call('POST', "$reservation/revive"); // Too late: take the units again, if they are still there.
    }
    if ($sold['http'] === 200) {
        return [200, ['outcome' => 'sold']];
    }
    if ($sold['http'] !== 409) {
        throw new RuntimeException("$payment[reference]: " . json_encode($sold));
    }
    call('POST', "$url/refund", null, $event['paymentId']);
    return [200, ['outcome' => 'refunded']];
}

/** The buyer gives up. If the payment was faster, the answer is RESERVATION_CONFIRMED: it is sold. */
function giveUp(array $event): array
{
    $answer = call('POST', FLASHRESERVE . "/reservations/$event[reservationId]/cancel");
    return [$answer['http'], ['outcome' => $answer['reason'] ?? $answer['status']]];
}

/** The customer sends everything back: it goes on sale again, and the money goes back. */
function sendBack(array $event): array
{
    $url = FLASHRESERVE . "/reservations/$event[reservationId]/return";
    $back = call('POST', $url, ['reason' => $event['reason']], 'everything');
    if ($back['http'] !== 200) {
        return [$back['http'], ['outcome' => $back['reason']]];
    }
    $reference = $back['replaces'] ?? $event['reservationId']; // A revived one has the payment of the expired one.
    call('POST', PROVIDER . "/payments/$reference/refund", null, $reference);
    return [200, ['outcome' => $back['status']]];
}

$routes = ['/checkout' => 'checkout', '/webhook' => 'webhook', '/give-up' => 'giveUp', '/send-back' => 'sendBack'];
[$status, $answer] = [503, ['message' => SORRY . ' Try again.']]; // The provider sends the webhook again.
try {
    $body = json_decode(file_get_contents('php://input'), true, 16, JSON_THROW_ON_ERROR);
    $route = $routes[$_SERVER['REQUEST_URI']] ?? null;
    [$status, $answer] = $route === null ? [404, (object) []] : $route($body);
} catch (Throwable $error) {
    error_log($error);
}
http_response_code($status);
header('content-type: application/json');
echo json_encode($answer), "\n";
