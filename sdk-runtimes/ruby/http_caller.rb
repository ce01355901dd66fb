# frozen_string_literal: true

require 'erb'
require 'json'
require 'net/http'
require 'openssl'
require 'time'
require 'uri'

module {{module}}
  # Sends requests to the API: signed when there are keys, again after an answer of 429 or 5xx.
  class HttpCaller
    Answer = Struct.new(:status_code, :headers, :body)

    NETWORK_ERRORS = [SystemCallError, SocketError, IOError, Timeout::Error, OpenSSL::SSL::SSLError].freeze

    def initialize(options)
      @options = options
      @endpoint = URI(options.fetch(:endpoint).chomp('/'))
    end

    def call(verb, template, path_values, query, headers, body)
      path = @endpoint.path + expanded(template, path_values)
      attempt = 0
      loop do
        answer, failure = once(verb, path, query, headers, body)
        return answer if answer && answer.status_code != 429 && answer.status_code < 500
        if attempt >= @options.fetch(:retry_limit)
          raise failure if failure

          return answer
        end
        sleep(0.1 * (2**attempt) * rand(0.5..1.0))
        attempt += 1
      end
    end

    private

    def once(verb, path, query, given_headers, body)
      search = query.sort.map { |name, value| "#{encoded(name)}=#{encoded(value)}" }.join('&')
      headers = { 'Accept' => 'application/json' }
      headers['Content-Type'] = 'application/json' if body
      headers.merge!(given_headers)
      headers['x-api-key'] = @options[:api_key] if @options[:api_key]
      sign(verb, path, search, headers, body || '') if @options[:access_key_id]
      target = search.empty? ? path : "#{path}?#{search}"
      request = Net::HTTPGenericRequest.new(verb, !body.nil?, verb != 'HEAD', target, headers)
      request['host'] = host
      response = connection.start { |http| http.request(request, body) }
      [Answer.new(response.code.to_i, response.each_header.to_h, response.body.to_s.dup.force_encoding('UTF-8')), nil]
    rescue *NETWORK_ERRORS => e
      [nil, e]
    end

    def connection
      http = Net::HTTP.new(@endpoint.hostname, @endpoint.port)
      http.use_ssl = @endpoint.scheme == 'https'
      http.verify_mode = OpenSSL::SSL::VERIFY_NONE unless @options.fetch(:ssl_verify_peer)
      http.open_timeout = @options.fetch(:http_open_timeout)
      http.read_timeout = @options.fetch(:http_read_timeout)
      http.max_retries = 0
      http.set_debug_output($stdout) if @options[:http_wire_trace]
      http
    end

    def host
      is_default = @endpoint.port == @endpoint.default_port
      is_default ? @endpoint.host : "#{@endpoint.host}:#{@endpoint.port}"
    end

    def expanded(template, values)
      template.gsub(/\{([^}+]+)(\+?)\}/) do
        text = encoded(values.fetch(Regexp.last_match(1)))
        Regexp.last_match(2).empty? ? text : text.gsub('%2F', '/')
      end
    end

    # Everything but RFC 3986's unreserved characters, percent-encoded.
    def encoded(text)
      ERB::Util.url_encode(text.to_s)
    end

    # Signature Version 4.
    def sign(verb, path, search, headers, body)
      time = Time.now.utc.strftime('%Y%m%dT%H%M%SZ')
      headers['X-Amz-Date'] = time
      headers['X-Amz-Security-Token'] = @options[:session_token] if @options[:session_token]
      signed = headers.to_h { |name, value| [name.downcase, value.to_s.strip.gsub(/ +/, ' ')] }
      signed['host'] = host
      names = signed.keys.sort
      # Every segment is encoded once more: all services but S3 sign so.
      canonical = [
        verb, path.split('/', -1).map { |segment| encoded(segment) }.join('/'), search,
        names.map { |name| "#{name}:#{signed[name]}\n" }.join, names.join(';'), sha256(body)
      ].join("\n")
      scope = [time[0, 8], @options.fetch(:region), 'execute-api', 'aws4_request']
      text = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join("\n")
      key = scope.reduce("AWS4#{@options.fetch(:secret_access_key)}") { |from, part| hmac(from, part) }
      headers['Authorization'] =
        "AWS4-HMAC-SHA256 Credential=#{@options[:access_key_id]}/#{scope.join('/')}, " \
        "SignedHeaders=#{names.join(';')}, Signature=#{hmac(key, text).unpack1('H*')}"
    end

    def sha256(text)
      OpenSSL::Digest::SHA256.hexdigest(text)
    end

    def hmac(key, text)
      OpenSSL::HMAC.digest('sha256', key, text)
    end
  end
end
