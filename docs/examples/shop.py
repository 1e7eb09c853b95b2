# A shop's checkout for Python 3.9 or newer, without packages: FLASHRESERVE_KEY=fr_... python3 shop.py
import http.client, http.server, json, os, random, sys, time, urllib.error, urllib.request

FLASHRESERVE = os.environ.get("FLASHRESERVE_URL", "http://localhost:3000")
PROVIDER = os.environ.get("PROVIDER_URL", "http://localhost:4000")
KEY = os.environ["FLASHRESERVE_KEY"]
SAY = {
    "OUT_OF_STOCK": "Sold out for now. Units come back when others give up: try again in a few minutes.",
    "OPEN_HOLDS_LIMITED": "You hold as much as one customer may. Pay for it or give it up first.",
    "PRODUCT_NOT_FOUND": "This is not on sale.",
    "RESERVATION_EXPIRED": "That took too long. Please order again.",
}
SORRY = "Something went wrong on our side. You were not charged."


def call(method, url, body=None, key=None):
    """Sends a request until it has an outcome: all attempts with one key are one request."""
    headers = {"content-type": "application/json"}
    if url.startswith(FLASHRESERVE + "/"):
        headers["authorization"] = "Bearer " + KEY
    if key is not None:
        headers["idempotency-key"] = key
    data = None if body is None else json.dumps(body).encode()
    for attempt in range(1, 6):
        seconds = 0.1 * 2**attempt * (1 + random.random())
        try:
            request = urllib.request.Request(url, data, headers, method=method)
            try:
                response = urllib.request.urlopen(request, timeout=10)
            except urllib.error.HTTPError as refusal:
                response = refusal
            with response:
                answer = {**json.load(response), "http": response.status}
                wait = float(response.headers.get("retry-after", 0))
            if answer["http"] not in (408, 429, 500, 502, 503, 504) or wait > 5:
                return answer
            seconds = max(seconds, wait)
        except (OSError, ValueError, http.client.HTTPException) as error:
            print(f"{method} {url}: {error}", file=sys.stderr)
        time.sleep(seconds)
    raise RuntimeError(f"{method} {url} has no outcome.")


def checkout(order):
    """Holds the units, then asks for the money. Your session knows the customer; here the body does."""
    terms = {"customerId": order["customerId"], "quantity": order["quantity"]}
    terms["externalReference"] = order["orderId"]
    held = call("POST", f"{FLASHRESERVE}/reservations/{order['productId']}", terms, order["orderId"])
    if held["http"] >= 400:
        print(f"Order {order['orderId']}: {held}", file=sys.stderr)
        return 409, {"message": SAY.get(held["reason"], SORRY)}
    if held["status"] != "PENDING":
        return 409, {"message": f"This order is {held['status']}."}
    reference = held["reservationId"]
    payment = {"amount": held["total"], "currency": held["currency"], "reference": reference}
    return 200, {
        "reservationId": reference,
        "payUrl": call("POST", f"{PROVIDER}/payments", payment, reference)["payUrl"],
    }


def webhook(event):
    """A payment has changed. Anybody can send a webhook, so ask the provider what is true."""
    url = f"{PROVIDER}/payments/{event['paymentId']}"
    payment = call("GET", url)
    if payment.get("status") != "paid":
        return 200, {"outcome": "nothing to do"}
    reservation = f"{FLASHRESERVE}/reservations/{payment['reference']}"
    sold = call("POST", f"{reservation}/confirm")
    if sold.get("reason") == "RESERVATION_EXPIRED":  # Too late: take the units again, if they are still there.
        sold = call("POST", f"{reservation}/revive")
    if sold["http"] == 200:
        return 200, {"outcome": "sold"}
    if sold["http"] != 409:
        raise RuntimeError(f"{payment['reference']}: {sold}")
    call("POST", f"{url}/refund", key=event["paymentId"])
    return 200, {"outcome": "refunded"}


def give_up(event):
    """The buyer gives up. If the payment was faster, the answer is RESERVATION_CONFIRMED: it is sold."""
    answer = call("POST", f"{FLASHRESERVE}/reservations/{event['reservationId']}/cancel")
    return answer["http"], {"outcome": answer.get("reason", answer["status"])}


def send_back(event):
    """The customer sends everything back: it goes on sale again, and the money goes back."""
    url = f"{FLASHRESERVE}/reservations/{event['reservationId']}/return"
    back = call("POST", url, {"reason": event["reason"]}, "everything")
    if back["http"] != 200:
        return back["http"], {"outcome": back["reason"]}
    reference = back.get("replaces", event["reservationId"])  # A revived one has the payment of the expired one.
    call("POST", f"{PROVIDER}/payments/{reference}/refund", key=reference)
    return 200, {"outcome": back["status"]}


class Shop(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        routes = {"/checkout": checkout, "/webhook": webhook, "/give-up": give_up, "/send-back": send_back}
        status, answer = 503, {"message": SORRY + " Try again."}  # The provider sends the webhook again.
        try:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = routes[self.path](body) if self.path in routes else (404, {})
        except Exception as error:
            print(f"{self.path}: {error!r}", file=sys.stderr)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode() + b"\n")


port = int(os.environ.get("PORT", "4001"))
print(f"The shop listens on port {port}.", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", port), Shop).serve_forever()
