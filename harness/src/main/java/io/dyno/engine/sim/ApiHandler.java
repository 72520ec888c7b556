package io.dyno.engine.sim;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dyno.engine.sim.Fault.Kind;
import io.netty.buffer.ByteBufInputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The endpoints, for one connection. */
@SuppressWarnings("FutureReturnValueIgnored") // a write fails when the connection is gone, which channelInactive tells
final class ApiHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** What is answered where that is the fault: neither JSON nor an event. */
    static final String RUBBISH = "%%% rubbish (Dyno's simulator was asked to: fault=rubbish) %%%";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Which method an endpoint takes; those for development and profiling exist only when they are asked for. */
    private static final Map<String, HttpMethod> ENDPOINTS = Map.ofEntries(
            Map.entry("/health", HttpMethod.GET),
            Map.entry("/ping", HttpMethod.GET),
            Map.entry("/load", HttpMethod.GET),
            Map.entry("/version", HttpMethod.GET),
            Map.entry("/v1/models", HttpMethod.GET),
            Map.entry("/metrics", HttpMethod.GET),
            Map.entry("/server_info", HttpMethod.GET),
            Map.entry("/v1/completions", HttpMethod.POST),
            Map.entry("/v1/chat/completions", HttpMethod.POST),
            Map.entry("/tokenize", HttpMethod.POST),
            Map.entry("/detokenize", HttpMethod.POST),
            Map.entry("/reset_prefix_cache", HttpMethod.POST),
            Map.entry("/reset_mm_cache", HttpMethod.POST),
            Map.entry("/reset_encoder_cache", HttpMethod.POST),
            Map.entry("/start_profile", HttpMethod.POST),
            Map.entry("/stop_profile", HttpMethod.POST));

    private final Service service;
    private Generation generation;

    ApiHandler(Service service) {
        this.service = service;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext channel, FullHttpRequest request) {
        if (service.faulty(Kind.HANG)) {
            return;
        }
        Responses responses = new Responses(service, channel, request);
        String path = request.uri().split("\\?", 2)[0];
        try {
            if (path.equals("/ping") && HttpMethod.POST.equals(request.method())) {
                responses.empty();
                return;
            }
            HttpMethod method = offered(path) ? ENDPOINTS.get(path) : null;
            if (method == null) {
                noEndpoint(request, path, responses);
            } else if (!method.equals(request.method())) {
                responses.methodNotAllowed(method);
            } else if (path.startsWith("/v1") && !authorized(request)) {
                responses.json(401, "{\"error\":\"Unauthorized\"}");
            } else {
                answer(channel, request, path, responses);
            }
        } catch (ApiError e) {
            service.log().error(VllmLog.API, "serving.py:1", "Request refused: " + e.getMessage());
            responses.error(e);
        }
    }

    /** A slash too many is shown the way; all else is not there. */
    private void noEndpoint(FullHttpRequest request, String path, Responses responses) {
        String without = path.substring(0, Math.max(0, path.length() - 1));
        if (path.endsWith("/") && offered(without)) {
            responses.redirect("http://" + request.headers().get(HttpHeaderNames.HOST, "") + without);
        } else {
            responses.notFound();
        }
    }

    private boolean offered(String path) {
        return switch (path) {
            case "/server_info", "/reset_prefix_cache", "/reset_mm_cache", "/reset_encoder_cache" -> service.devMode();
            case "/start_profile", "/stop_profile" -> service.profiler();
            default -> ENDPOINTS.containsKey(path);
        };
    }

    private boolean authorized(FullHttpRequest request) {
        String given = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return service.apiKeys()
                .map(keys -> keys.stream().anyMatch(key -> given.equals("Bearer " + key)))
                .orElse(true);
    }

    private void answer(ChannelHandlerContext channel, FullHttpRequest request, String path, Responses responses)
            throws ApiError {
        switch (path) {
            case "/v1/completions", "/v1/chat/completions" -> generate(channel, request, path, responses);
            case "/v1/models" -> responses.json(200, models());
            case "/metrics" -> responses.full(200, "text/plain; version=1.0.0; charset=utf-8", service.metricsPage());
            case "/version" -> responses.json(200, "{\"version\":\"" + Service.VERSION + "\"}");
            case "/load" ->
                responses.json(200, "{\"server_load\":" + service.open().size() + "}");
            case "/server_info" -> responses.json(200, serverInfo(request.uri()));
            case "/tokenize" -> responses.json(200, tokenize(body(request)));
            case "/detokenize" -> responses.json(200, detokenize(body(request)));
            case "/reset_prefix_cache" -> responses.json(200, resetPrefixCache());
            case "/start_profile", "/stop_profile" -> profile(path, responses);
            default -> responses.empty();
        }
    }

    private void generate(ChannelHandlerContext channel, FullHttpRequest request, String path, Responses responses)
            throws ApiError {
        service.countRequest();
        if (service.faulty(Kind.HANG)) {
            return;
        }
        if (service.faulty(Kind.HTTP_500)) {
            throw ApiError.internal("Internal server error (Dyno's simulator was asked to fail: fault=http-500)");
        }
        if (service.faulty(Kind.RUBBISH)) {
            responses.json(200, RUBBISH);
            return;
        }
        JsonNode body = body(request);
        GenerationCall call = path.endsWith("/chat/completions")
                ? GenerationCall.chat(body, service.limits(), service.newSalt())
                : GenerationCall.completion(body, service.limits(), service.newSalt());
        generation = new Generation(service, channel, responses, call);
        generation.start();
    }

    private static JsonNode body(FullHttpRequest request) throws ApiError {
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "").split(";", 2)[0];
        if (!type.trim().equalsIgnoreCase("application/json")) {
            throw ApiError.unsupportedMediaType();
        }
        try (InputStream in = new ByteBufInputStream(request.content())) {
            JsonNode body = JSON.readTree(in);
            if (body.isMissingNode() || body.isNull()) {
                throw ApiError.validation(List.of(Mistake.missing("body", body)));
            }
            return body;
        } catch (JacksonException e) {
            long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
            throw ApiError.validation(List.of(Mistake.of(
                    "json_invalid",
                    "body." + at,
                    "JSON decode error",
                    JsonNodeFactory.instance.objectNode(),
                    "{'error': " + Mistake.python(e.getOriginalMessage()) + "}")));
        } catch (IOException e) {
            throw ApiError.badRequest(null, "the body cannot be read: " + e.getMessage());
        }
    }

    private String models() {
        ArrayNode data = JsonNodeFactory.instance.arrayNode();
        long now = System.currentTimeMillis() / 1000;
        for (String name : service.limits().servedNames()) {
            ObjectNode permission = JsonNodeFactory.instance
                    .objectNode()
                    .put("id", "modelperm-" + service.newId())
                    .put("object", "model_permission")
                    .put("created", now)
                    .put("allow_create_engine", false)
                    .put("allow_sampling", true)
                    .put("allow_logprobs", true)
                    .put("allow_search_indices", false)
                    .put("allow_view", true)
                    .put("allow_fine_tuning", false)
                    .put("organization", "*")
                    .putNull("group")
                    .put("is_blocking", false);
            data.addObject()
                    .put("id", name)
                    .put("object", "model")
                    .put("created", now)
                    .put("owned_by", "vllm")
                    .put("root", service.model())
                    .putNull("parent")
                    .put("max_model_len", service.config().maxModelLen())
                    .set("permission", JsonNodeFactory.instance.arrayNode().add(permission));
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("object", "list")
                .set("data", data)
                .toString();
    }

    private String serverInfo(String uri) throws ApiError {
        List<String> format = new QueryStringDecoder(uri).parameters().getOrDefault("config_format", List.of("text"));
        return ServerInfoAnswer.of(format.get(0), service.config(), service.flags());
    }

    private String tokenize(JsonNode body) throws ApiError {
        BodySchema.check(body, BodySchema.TOKENIZE_TEXT, BodySchema.TOKENIZE_CHAT);
        GenerationCall.checkModel(body, service.limits());
        BodyFields fields = new BodyFields(body);
        String text = body.path("prompt").isTextual()
                ? body.path("prompt").asText()
                : Messages.prompt(
                        body.path("messages"), service.servedName(), fields.flag("add_generation_prompt", true));
        int[] ids = service.tokenizer().encode(text);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("count", ids.length);
        answer.put("max_model_len", service.config().maxModelLen());
        ArrayNode tokens = answer.putArray("tokens");
        ArrayNode strings = fields.flag("return_token_strs", false) ? answer.putArray("token_strs") : null;
        for (int id : ids) {
            tokens.add(id);
            if (strings != null) {
                strings.add(service.tokenizer().decode(id));
            }
        }
        if (strings == null) {
            answer.putNull("token_strs");
        }
        return answer.toString();
    }

    private String detokenize(JsonNode body) throws ApiError {
        BodySchema.check(body, BodySchema.DETOKENIZE);
        GenerationCall.checkModel(body, service.limits());
        int vocab = service.config().model().vocab();
        int[] known = Arrays.stream(BodyFields.ids(body.path("tokens")))
                .filter(id -> id < vocab)
                .toArray();
        return JsonNodeFactory.instance
                .objectNode()
                .put("prompt", service.tokenizer().decode(known))
                .toString();
    }

    private String resetPrefixCache() {
        service.log().info(VllmLog.API, "api_router.py:39", "Resetting prefix cache...");
        boolean done = service.loop().engine().resetPrefixCache();
        if (done) {
            service.log().info(VllmLog.CORE, "block_pool.py:861", "Successfully reset prefix cache");
        } else {
            service.log()
                    .warning(
                            VllmLog.CORE,
                            "block_pool.py:846",
                            "Failed to reset prefix cache because some blocks are not freed yet");
        }
        return "{\"success\":" + done + "}";
    }

    private void profile(String path, Responses responses) {
        boolean start = path.equals("/start_profile");
        service.log()
                .info(
                        VllmLog.API,
                        "api_router.py:" + (start ? 31 : 43),
                        (start ? "Starting profiler..." : "Stopping profiler...")
                                + " (Dyno's simulator has nothing to trace and writes no file)");
        responses.empty();
    }

    @Override
    public void channelInactive(ChannelHandlerContext channel) throws Exception {
        if (generation != null) {
            generation.abandon();
        }
        super.channelInactive(channel);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext channel, Throwable cause) {
        if (!(cause instanceof IOException)) {
            service.log().error(VllmLog.API, "launcher.py:1", "Exception in ASGI application: " + cause);
        }
        channel.close();
    }
}
